/**
 * Says which of the steps in a worker's ring nobody has claimed. The main thread gives a busy worker steps ahead, so that
 * the worker need not sleep and be woken between two short steps. It takes them back when the step before them runs long.
 *
 * Steps have numbers that follow each other, modulo 2^32. One shared word holds the number of the last step that has been
 * claimed or withdrawn:
 *
 *   the worker claims step n                        n - 1  ->  n      fails if the main thread has withdrawn n
 *   the main thread withdraws the steps n to last   n - 1  ->  last   fails if the worker has claimed n
 *
 * Both are a compare and exchange of that word, so one of the two comes first, and the other one sees it: no step is both
 * run and withdrawn, and none is lost. In both cases, the next step that is sent has the number last + 1.
 */
export class Claims {
  readonly #word: Int32Array<SharedArrayBuffer>;

  /** @param buffer that `createClaims` has made */
  constructor(buffer: SharedArrayBuffer) {
    this.#word = new Int32Array(buffer);
  }

  /** The worker's call, once for each step in turn. @returns whether the step is to be run */
  claim(step: number): boolean {
    const before = (step - 1) | 0;
    return Atomics.compareExchange(this.#word, 0, before, step) === before;
  }

  /**
   * The main thread's call.
   *
   * @param before the number before the first step that the main thread wants back
   * @param last the last step that was sent
   * @returns whether all these steps are withdrawn; otherwise none is
   */
  withdraw(before: number, last: number): boolean {
    return Atomics.compareExchange(this.#word, 0, before, last) === before;
  }
}

/** Makes the word for a ring in which no step has been claimed: the first one has the number 1. */
export function createClaims(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

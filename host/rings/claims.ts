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
 *
 * A second word holds the number of the last step whose program runs. Before that the worker decodes an image and switches
 * to it, which is no work of the program.
 */
/** Place of the second word. */
const RUNS = 1;

export class Claims {
  /** The last step that was claimed or withdrawn, and the last step whose program runs. */
  readonly #words: Int32Array<SharedArrayBuffer>;

  /** @param buffer that `createClaims` has made */
  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
  }

  /** The worker's call, once for each step in turn. @returns whether the step is to be run */
  claim(step: number): boolean {
    const before = (step - 1) | 0;
    return Atomics.compareExchange(this.#words, 0, before, step) === before;
  }

  /**
   * The main thread's call.
   *
   * @param before the number before the first step that the main thread wants back
   * @param last the last step that was sent
   * @returns whether all these steps are withdrawn; otherwise none is
   */
  withdraw(before: number, last: number): boolean {
    return Atomics.compareExchange(this.#words, 0, before, last) === before;
  }

  /** The worker's call, when the switch to a step's program is done. The word is read for times only: it orders nothing. */
  begins(step: number): void {
    Atomics.store(this.#words, RUNS, step);
  }

  /** The main thread's call. @returns whether the program of a step runs, or has run */
  hasBegun(step: number): boolean {
    return Atomics.load(this.#words, RUNS) === step;
  }
}

/** Makes the words for a ring in which no step has been claimed: the first one has the number 1. */
export function createClaims(): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
}

/** The largest that a row of the heartbeat table holds: a signed number of 32 bits. */
const LARGEST = 0x7fff_ffff;

/** Numbers for the steps of one pool. 0 is none of them: in the heartbeat table it means an idle worker. */
export class StepIds {
  #next: number;

  /** @param first for tests */
  constructor(first = 1) {
    this.#next = first;
  }

  next(): number {
    const id = this.#next;
    this.#next = id === LARGEST ? 1 : id + 1;
    return id;
  }
}

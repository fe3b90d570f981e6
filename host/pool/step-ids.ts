/** The largest number that a row of the heartbeat table holds: 32 bits, signed. */
const LARGEST = 0x7fff_ffff;

/** Numbers the steps of one pool. No step has the number 0, which means an idle worker in the heartbeat table. */
export class StepIds {
  #next: number;

  /** @param first the first number, for tests */
  constructor(first = 1) {
    this.#next = first;
  }

  next(): number {
    const id = this.#next;
    this.#next = id === LARGEST ? 1 : id + 1;
    return id;
  }
}

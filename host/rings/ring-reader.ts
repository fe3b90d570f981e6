/** The reading end of a ring (ring.ts). */
import { openRing, PAD, READ, type RingMemory, WANTED, WRITTEN } from "./ring.ts";

/** There is no frame now. */
export const NO_FRAME = -1;

export class RingReader {
  readonly memory: RingMemory;
  #position: number;
  /** The last value of WRITTEN that this end has seen. The writer may be further. */
  #written: number;

  constructor(buffer: SharedArrayBuffer) {
    this.memory = openRing(buffer);
    this.#position = Atomics.load(this.memory.control, READ);
    this.#written = this.#position;
  }

  /** @returns the place of the first frame in the data, or NO_FRAME. The frame stays until `release` */
  next(): number {
    const { control, words, capacity } = this.memory;
    for (;;) {
      if (this.#position === this.#written) {
        this.#written = Atomics.load(control, WRITTEN);
        if (this.#position === this.#written) return NO_FRAME;
      }
      const at = this.#position & (capacity - 1);
      if (words[(at >> 2) + 1] !== PAD) return at;
      this.#pass(at);
    }
  }

  /** Gives back the place of the frame that `next` found. */
  release(): void {
    this.#pass(this.#position & (this.memory.capacity - 1));
  }

  /** Whether the writer has asked to be told of room since the last call. */
  roomIsWanted(): boolean {
    return Atomics.exchange(this.memory.control, WANTED, 0) === 1;
  }

  /**
   * Sleeps until there is a frame. A thread that others wait for must not call this.
   *
   * @param ms the longest sleep
   * @returns whether there may be a frame
   */
  wait(ms: number): boolean {
    return Atomics.wait(this.memory.control, WRITTEN, this.#written, ms) !== "timed-out";
  }

  #pass(at: number): void {
    const { control, words } = this.memory;
    this.#position = (this.#position + words[at >> 2]!) | 0;
    Atomics.store(control, READ, this.#position);
    Atomics.notify(control, READ);
  }
}

/** The writing end of a ring (ring.ts). */
import { frameSize, largestFrame, openRing, PAD, READ, type RingMemory, WANTED, WRITTEN } from "./ring.ts";

/** There is no room now. */
export const NO_ROOM = -1;

export class RingWriter {
  readonly memory: RingMemory;
  /** The most bytes of one frame. */
  readonly largest: number;
  /** Position behind the last reserved frame. */
  #position: number;
  /** The last value of READ that this end has seen. The reader may be further. */
  #read: number;

  constructor(buffer: SharedArrayBuffer) {
    this.memory = openRing(buffer);
    this.largest = largestFrame(this.memory.capacity);
    this.#position = Atomics.load(this.memory.control, WRITTEN);
    this.#read = Atomics.load(this.memory.control, READ);
  }

  /**
   * Makes room for a frame and writes its head. The reader sees nothing of it before `publish`.
   *
   * @param bytes size of the whole frame, at most `largest`
   * @returns the frame's place in the data, or NO_ROOM
   */
  reserve(kind: number, stream: number, bytes: number): number {
    const { words, capacity } = this.memory;
    const size = frameSize(bytes);
    if (size > this.largest) throw new Error(`a frame of ${size} bytes in a ring of ${capacity}`);
    let at = this.#position & (capacity - 1);
    const gap = at + size > capacity ? capacity - at : 0;
    if (!this.#hasRoom(gap + size)) return NO_ROOM;
    if (gap > 0) {
      words[at >> 2] = gap;
      words[(at >> 2) + 1] = PAD;
      at = 0;
    }
    words[at >> 2] = size;
    words[(at >> 2) + 1] = kind;
    words[(at >> 2) + 2] = stream;
    this.#position = (this.#position + gap + size) | 0;
    return at;
  }

  /** Shows the reader all reserved frames, and wakes it if it sleeps: one wake-up for any number of frames. */
  publish(): void {
    const { control } = this.memory;
    Atomics.store(control, WRITTEN, this.#position);
    Atomics.notify(control, WRITTEN);
  }

  /** Says that this thread wants to be told of room (`RingReader.roomIsWanted`). The caller has to try again afterwards. */
  wantRoom(): void {
    Atomics.store(this.memory.control, WANTED, 1);
  }

  /** Sleeps until the reader has made room since the last try. A thread that others wait for must not call this. */
  waitForRoom(): void {
    Atomics.wait(this.memory.control, READ, this.#read);
  }

  #hasRoom(bytes: number): boolean {
    const { control, capacity } = this.memory;
    if (((this.#position - this.#read) | 0) + bytes <= capacity) return true;
    this.#read = Atomics.load(control, READ);
    return ((this.#position - this.#read) | 0) + bytes <= capacity;
  }
}

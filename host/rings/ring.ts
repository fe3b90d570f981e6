/**
 * A ring: frames of bytes from one thread to another, through shared memory. One thread writes and one reads. No lock is
 * needed, because each position has one owner.
 *
 *   byte 0        WRITTEN      position behind the last frame that the reader may take. The writer's own
 *   byte 64       READ         position behind the last frame that the reader is done with. The reader's own
 *   byte 128      WANTED       1: the writer found no room, and wants to be told of some
 *   byte 192      data         `capacity` bytes, a power of two
 *
 *                    READ                       WRITTEN        the writer's next frame
 *        |--- free ---|== frame ==|= frame =|=====|--- reserved, not published ---|--- free ---|
 *        0                                                                                 capacity
 *
 * The three words are 64 bytes apart, so that the threads do not take one cache line from each other. Positions count bytes
 * since the start, modulo 2^32; their place in the data is the position modulo the capacity. READ = WRITTEN: empty.
 *
 *   frame          Int32 size of the frame in bytes, a multiple of 8 | Int32 kind | Int32 stream | contents by kind
 *
 * A frame is never split. If it would reach over the end of the data, it begins at 0, and a PAD frame fills the gap.
 *
 * Order. The bytes of a frame are plain writes. `Atomics.store(WRITTEN)` comes after them and `Atomics.load(WRITTEN)`
 * before the reader's plain reads, so the reader sees whole frames (a store that is read makes all before it visible). In
 * the same way `Atomics.store(READ)` comes after the last read of a frame, and `Atomics.load(READ)` before the writer
 * uses its place again. A writer that dies in the middle of a frame has not stored WRITTEN: no reader ever sees a part of
 * a frame.
 *
 * Sleep. A thread that waits does so on the word that it read, with the value that it saw. If the other thread has stored a
 * new value meanwhile, `Atomics.wait` returns at once; if it stores one later, it notifies. So no wake-up is lost.
 */

export const WRITTEN = 0;
export const READ = 16;
export const WANTED = 32;
const DATA_BYTES = 192;

/** Bytes of a frame's size, kind and stream, up to a multiple of 8. */
export const FRAME_HEAD = 16;

/** The kind of a frame that says nothing. */
export const PAD = 0;

/** Both threads' view of a ring's memory. */
export interface RingMemory {
  /** The three positions. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** The data, as the three types that frames are made of. */
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly doubles: Float64Array<SharedArrayBuffer>;
  readonly bytes: Buffer<SharedArrayBuffer>;
  readonly capacity: number;
}

/** @param capacity bytes of data, a power of two */
export function createRing(capacity: number): SharedArrayBuffer {
  return new SharedArrayBuffer(DATA_BYTES + capacity);
}

export function openRing(buffer: SharedArrayBuffer): RingMemory {
  const capacity = buffer.byteLength - DATA_BYTES;
  return {
    control: new Int32Array(buffer, 0, DATA_BYTES / 4),
    words: new Int32Array(buffer, DATA_BYTES),
    doubles: new Float64Array(buffer, DATA_BYTES),
    bytes: Buffer.from(buffer, DATA_BYTES),
    capacity,
  };
}

/** The size of a frame, a multiple of 8, so that its Float64s are aligned. */
export function frameSize(bytes: number): number {
  return (bytes + 7) & ~7;
}

/**
 * The most bytes that one frame may have. With at most half of the data for a frame, an empty ring has room for each: the
 * gap that PAD fills is smaller than the frame behind it.
 */
export function largestFrame(capacity: number): number {
  return capacity >> 1;
}

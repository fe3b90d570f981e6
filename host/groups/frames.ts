/**
 * Frames messages in the bytes between two processes:
 *
 *     u32 bytes of head and body | u32 bytes of the head | head: JSON | body
 *
 * Both numbers are little-endian. Large parts, and parts that are bytes already, are the body.
 */

/** The longest frame. A limit of a tenant's that allows larger bodies does not hold beyond it. */
export const FRAME_LIMIT_BYTES = 1 << 30;

const PREFIX_BYTES = 8;
const NOTHING = new Uint8Array(0);

export function encodeFrame(head: object, body: Uint8Array = NOTHING): Buffer {
  const text = JSON.stringify(head);
  const headBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + headBytes + body.byteLength);
  frame.writeUInt32LE(headBytes + body.byteLength, 0);
  frame.writeUInt32LE(headBytes, 4);
  frame.write(text, PREFIX_BYTES);
  frame.set(body, PREFIX_BYTES + headBytes);
  return frame;
}

/** Takes bytes as they come, and gives the frames in them. */
export class FrameReader {
  readonly #onFrame: (head: unknown, body: Uint8Array<ArrayBuffer>) => void;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes that are needed before anything can be read. */
  #needed = PREFIX_BYTES;

  /** @param onFrame the body has memory of its own */
  constructor(onFrame: (head: unknown, body: Uint8Array<ArrayBuffer>) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws Error if the bytes are no frames */
  take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#needed) return;
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#needed = PREFIX_BYTES;
    while (rest.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + rest.readUInt32LE(0);
      const bodyStart = PREFIX_BYTES + rest.readUInt32LE(4);
      if (end > FRAME_LIMIT_BYTES || bodyStart > end) throw new Error("the other process sends no frames");
      this.#needed = end;
      if (rest.length < end) break;
      const head: unknown = JSON.parse(rest.toString("utf8", PREFIX_BYTES, bodyStart));
      this.#onFrame(head, new Uint8Array(rest.subarray(bodyStart, end)));
      rest = rest.subarray(end);
      this.#needed = PREFIX_BYTES;
    }
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
  }
}

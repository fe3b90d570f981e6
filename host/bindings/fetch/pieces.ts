/**
 * Puts bytes together from pieces. A server can send single bytes. If each were an object, they would take a hundred times
 * their memory.
 */
const BLOCK_BYTES = 64 * 1024;

export class Pieces {
  readonly #hold: (bytes: number) => void;
  readonly #blocks: Buffer[] = [];
  /** Bytes that the last block has room for. */
  #room = 0;
  #length = 0;

  /** @param hold takes bytes into account before they are taken from the system; `add` throws its errors */
  constructor(hold: (bytes: number) => void) {
    this.#hold = hold;
  }

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    const last = this.#blocks.at(-1);
    const fits = Math.min(piece.length, this.#room);
    if (last !== undefined && fits > 0) last.set(piece.subarray(0, fits), last.length - this.#room);
    this.#room -= fits;
    this.#length += fits;
    const rest = piece.subarray(fits);
    if (rest.length === 0) return;
    // The block is as large as the bytes that are there, up to a limit, so that a small body costs little.
    const block = Math.max(rest.length, Math.min(this.#length, BLOCK_BYTES));
    this.#hold(block);
    this.#blocks.push(Buffer.alloc(block));
    this.#room = block;
    this.add(rest);
  }

  /** Copies all pieces into one new buffer. */
  joined(): Uint8Array {
    return Buffer.concat(this.#blocks, this.#length);
  }
}

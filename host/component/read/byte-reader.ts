import { ComponentError } from "./component-error.ts";

/** The most things of a kind in one list: V8's own bound on the functions of a module. */
const MOST_ITEMS = 1_000_000;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A cursor over untrusted bytes. Every read is checked against the reader's end, and every failure is a
 * `ComponentError` that carries the offset in the whole upload.
 *
 * Positions (`position`, `start`, `end`) count from the first byte of `bytes`; offsets count from the first byte of the
 * upload. The two differ by `base`.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly base: number;
  position: number;

  /** @param range defaults to all of `bytes`; `base` is the offset in the upload of `bytes[0]` */
  constructor(bytes: Uint8Array, range: { start?: number; end?: number; base?: number } = {}) {
    this.bytes = bytes;
    this.position = range.start ?? 0;
    this.end = range.end ?? bytes.length;
    this.base = range.base ?? 0;
    if (this.position < 0 || this.position > this.end || this.end > bytes.length) {
      throw new RangeError("ByteReader: the range lies outside the bytes");
    }
  }

  get offset(): number {
    return this.base + this.position;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  /** Throws `malformed` at `position`; at the reader's own if not given. */
  malformed(message: string, position = this.position, subject?: string): never {
    throw new ComponentError("malformed", message, this.base + position, subject);
  }

  /** Throws `unsupported` at `position`; at the reader's own if not given. */
  unsupported(message: string, position = this.position, subject?: string): never {
    throw new ComponentError("unsupported", message, this.base + position, subject);
  }

  u8(what = "a byte"): number {
    if (this.position >= this.end) this.malformed(`the bytes end where ${what} should stand`);
    return this.bytes[this.position++] as number;
  }

  /** The next byte, left in place; undefined at the end. */
  peek(): number | undefined {
    return this.position < this.end ? this.bytes[this.position] : undefined;
  }

  /** Unsigned LEB128 of at most 32 bits: five bytes at most, no bits beyond the 32nd (core spec, 5.2.2). */
  u32(what = "an unsigned integer"): number {
    const start = this.position;
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8(what);
      if (shift === 28 && byte > 0x0f) this.malformed(`${what} does not fit 32 bits`, start);
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
    return this.malformed(`${what} does not fit 32 bits`, start);
  }

  /** Signed LEB128 of at most 32 bits. */
  s32(what = "a signed integer"): number {
    return Number(this.#signed(32, what));
  }

  /** Signed LEB128 of at most 33 bits (block types). */
  s33(what = "a signed integer"): number {
    return Number(this.#signed(33, what));
  }

  /** Signed LEB128 of at most 64 bits. */
  s64(what = "a signed integer"): bigint {
    return this.#signed(64, what);
  }

  #signed(bits: number, what: string): bigint {
    const start = this.position;
    const first = this.peek();
    if (first !== undefined && first < 0x80) {
      this.position++;
      return BigInt(first < 0x40 ? first : first - 0x80);
    }
    const limit = Math.ceil(bits / 7);
    let result = 0n;
    for (let index = 0; index < limit; index++) {
      const byte = this.u8(what);
      result |= BigInt(byte & 0x7f) << BigInt(index * 7);
      if (byte >= 0x80) continue;
      if (index === limit - 1) {
        // The bits of the last byte beyond the number's width must repeat its sign bit.
        const used = bits - index * 7;
        const above = (byte & 0x7f) >> (used - 1);
        if (above !== 0 && above !== 0x7f >> (used - 1)) this.malformed(`${what} does not fit ${bits} bits`, start);
      }
      return BigInt.asIntN((index + 1) * 7, result);
    }
    return this.malformed(`${what} does not fit ${bits} bits`, start);
  }

  /** The next `length` bytes, as a view. */
  take(length: number, what = "bytes"): Uint8Array {
    if (length > this.remaining) this.#short(length, what);
    const view = this.bytes.subarray(this.position, this.position + length);
    this.position += length;
    return view;
  }

  skip(length: number, what = "bytes"): void {
    if (length > this.remaining) this.#short(length, what);
    this.position += length;
  }

  /** A reader over the next `length` bytes, which this one skips. */
  sub(length: number, what = "a part"): ByteReader {
    const start = this.position;
    this.skip(length, what);
    return new ByteReader(this.bytes, { start, end: this.position, base: this.base });
  }

  /** A name: its length in bytes, then well-formed UTF-8 (core spec, 5.2.4). */
  name(what = "a name"): string {
    const start = this.position;
    const bytes = this.take(this.u32(`the length of ${what}`), what);
    try {
      return utf8.decode(bytes);
    } catch {
      return this.malformed(`${what} is not well-formed UTF-8`, start);
    }
  }

  /**
   * Reads the number of items that follow. Each takes `itemBytes` bytes at least. A count that the rest of the bytes cannot
   * hold is refused, so that nobody allocates by it.
   *
   * @param most the most items; more are `unsupported`, because an item of a few bytes becomes objects of a hundred
   */
  count(what: string, itemBytes = 1, most = MOST_ITEMS): number {
    const start = this.position;
    const count = this.u32(`the number of ${what}`);
    if (count * itemBytes > this.remaining) {
      this.malformed(`${count} ${what} are announced, and ${this.remaining} bytes are left to hold them`, start);
    }
    if (count > most) this.unsupported(`${count} ${what} (at most ${most})`, start);
    return count;
  }

  expectEnd(what: string): void {
    if (!this.atEnd) this.malformed(`${this.remaining} bytes are left over at the end of ${what}`);
  }

  #short(length: number, what: string): never {
    this.malformed(`${what} should take ${length} bytes, and ${this.remaining} are left`);
  }
}

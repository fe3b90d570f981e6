import { ImageError } from "./image-error.ts";
import { MAX_WASM_PAGES, PAGE_BYTES, PAGES_PER_WASM_PAGE, WASM_PAGE_BYTES } from "./page-size.ts";

/** The first bytes of every delta: `PLD` and the format's version. */
export const DELTA_MAGIC: Buffer = Buffer.from("PLD1", "latin1");

/** Runs up to this length are copied by a loop, since the call of a bulk copy costs more. */
const LOOP_BYTES = 24;

/** The fewest bytes that a page can take: skip, size, and a run of one byte. */
const LEAST_PAGE_BYTES = 5;

/**
 * The difference between a memory and an image, as runs of bytes grouped by 4 KiB page (docs/reference/memory.md). A delta
 * is checked once, when it is decoded. The other methods trust it.
 */
export class Delta {
  /** The encoded form, to be stored or posted. Nobody may change these bytes. */
  readonly bytes: Uint8Array;
  /** Length of the memory that the delta describes, in pages of 64 KiB. */
  readonly wasmPages: number;
  /** 4 KiB pages that differ. */
  readonly pageCount: number;
  readonly #data: Buffer;
  readonly #start: number;

  private constructor(data: Buffer, wasmPages: number, pageCount: number, start: number) {
    this.bytes = data;
    this.wasmPages = wasmPages;
    this.pageCount = pageCount;
    this.#data = data;
    this.#start = start;
  }

  /**
   * Reads all of an encoded delta. The bytes are kept without a copy, so nobody may change them afterwards.
   *
   * @throws ImageError `malformed-delta`
   */
  static decode(bytes: Uint8Array): Delta {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const reader = new DeltaReader(data);
    const { wasmPages, pageCount } = reader.header();
    const start = reader.at;
    let page = -1;
    for (let index = 0; index < pageCount; index++) page = reader.page(page, wasmPages * PAGES_PER_WASM_PAGE);
    if (reader.at !== data.length) throw reader.error("bytes follow the last page");
    return new Delta(data, wasmPages, pageCount, start);
  }

  /**
   * Writes the runs to a memory that holds what the delta was made against.
   *
   * @param memory at least `wasmPages` long
   * @throws ImageError `invalid-argument` if the memory is shorter
   */
  applyTo(memory: Buffer): void {
    if (memory.length < this.wasmPages * WASM_PAGE_BYTES) {
      throw new ImageError("invalid-argument", `a delta for ${this.wasmPages} pages of 64 KiB does not fit the memory`);
    }
    const data = this.#data;
    const cursor = new Cursor(data, this.#start);
    for (let page = -1; cursor.at < data.length; ) {
      page += 1 + cursor.next();
      const size = cursor.next();
      applyRuns(data, cursor, cursor.at + size, memory, page * PAGE_BYTES);
    }
  }

  /** Numbers of the 4 KiB pages that differ, rising. */
  pages(): Uint32Array {
    const pages = new Uint32Array(this.pageCount);
    const cursor = new Cursor(this.#data, this.#start);
    for (let index = 0, page = -1; index < pages.length; index++) {
      page += 1 + cursor.next();
      const size = cursor.next();
      cursor.at += size;
      pages[index] = page;
    }
    return pages;
  }

  /**
   * Writes the runs to a packed copy of some pages instead of a memory.
   *
   * @param pages rising; must contain all of the delta's
   * @param packed the pages' bytes one after the other
   */
  applyToPages(pages: Uint32Array, packed: Buffer): void {
    const data = this.#data;
    const cursor = new Cursor(data, this.#start);
    for (let index = 0, page = -1; cursor.at < data.length; ) {
      page += 1 + cursor.next();
      const size = cursor.next();
      while (pages[index] !== page) index++;
      applyRuns(data, cursor, cursor.at + size, packed, index * PAGE_BYTES);
    }
  }
}

function applyRuns(data: Buffer, cursor: Cursor, end: number, target: Buffer, targetAt: number): void {
  let to = targetAt;
  while (cursor.at < end) {
    to += cursor.next();
    const length = cursor.next();
    const from = cursor.at;
    if (length <= LOOP_BYTES) for (let i = 0; i < length; i++) target[to + i] = data[from + i]!;
    else data.copy(target, to, from, from + length);
    to += length;
    cursor.at = from + length;
  }
}

/** Reads LEB128 numbers from bytes that are known to be well formed. */
class Cursor {
  readonly data: Buffer;
  at: number;

  constructor(data: Buffer, at: number) {
    this.data = data;
    this.at = at;
  }

  next(): number {
    let byte = this.data[this.at++]!;
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = this.data[this.at++]!;
      value |= (byte & 0x7f) << shift;
    }
    return value;
  }
}

/** Reads bytes of unknown origin. Every bound of the format is checked here and nowhere else. */
class DeltaReader {
  readonly #data: Buffer;
  at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  header(): { wasmPages: number; pageCount: number } {
    if (!DELTA_MAGIC.equals(this.#data.subarray(0, DELTA_MAGIC.length)))
      throw this.error("not a delta of this version");
    this.at = DELTA_MAGIC.length;
    const wasmPages = this.#number(MAX_WASM_PAGES, "memory length");
    const pageCount = this.#number(wasmPages * PAGES_PER_WASM_PAGE, "number of pages");
    if (pageCount * LEAST_PAGE_BYTES > this.#data.length - this.at) throw this.error("cut short");
    return { wasmPages, pageCount };
  }

  /**
   * @param previous the page before, -1 for none
   * @param pageLimit 4 KiB pages in the memory
   * @returns the page's number
   */
  page(previous: number, pageLimit: number): number {
    const page = previous + 1 + this.#number(pageLimit, "page number");
    if (page >= pageLimit) throw this.error("a page lies beyond the memory");
    const size = this.#number(this.#data.length, "size of a page's runs");
    const end = this.at + size;
    if (end > this.#data.length) throw this.error("cut short");
    if (size === 0) throw this.error("a page without runs");
    for (let offset = 0; this.at < end; ) {
      const skip = this.#number(PAGE_BYTES, "gap before a run");
      const length = this.#number(PAGE_BYTES, "length of a run");
      if (length === 0) throw this.error("an empty run");
      offset += skip + length;
      if (offset > PAGE_BYTES) throw this.error("a run leaves its page");
      this.at += length;
      if (this.at > end) throw this.error("a run is longer than its page's size says");
    }
    return page;
  }

  error(what: string): ImageError {
    return new ImageError("malformed-delta", `malformed delta at byte ${this.at}: ${what}`, { offset: this.at });
  }

  /** An unsigned LEB128 number of at most four bytes (core specification, "Integers"). */
  #number(limit: number, name: string): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#data[this.at];
      if (byte === undefined) throw this.error("cut short");
      this.at++;
      value |= (byte & 0x7f) << shift;
      if (byte > 0x7f) continue;
      if (value > limit) throw this.error(`${name} ${value} is more than ${limit}`);
      return value;
    }
    throw this.error(`${name} is not a number of at most four bytes`);
  }
}

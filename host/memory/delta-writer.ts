import { DELTA_MAGIC, Delta } from "./delta.ts";
import { PAGE_BYTES } from "./page-size.ts";

/** Equal bytes between two runs are repeated up to this many: a new run would take two bytes and a step of the reader. */
const MERGE_GAP = 4;

const PAGE_WORDS = PAGE_BYTES / 4;

/** Room for an encoded page: its bytes, and for each run (at least one byte, then a gap) two numbers of up to two bytes. */
const PAGE_ROOM = PAGE_BYTES * 2;

/** Room for the longest header: magic, memory length and page count of up to four bytes each. */
const HEADER_ROOM = DELTA_MAGIC.length + 8;

/** Encodes a delta page by page. A writer can be used again after `finish`. */
export class DeltaWriter {
  #out: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #at = HEADER_ROOM;
  #pageCount = 0;
  #lastPage = -1;
  readonly #runs: Buffer = Buffer.allocUnsafeSlow(PAGE_ROOM);

  /**
   * Adds the bytes of one page that differ, if any do. Pages must come in rising order.
   *
   * @param current the bytes as they are now; the page begins at `currentAt`
   * @param reference the bytes to compare with; the page begins at `referenceAt`. Both buffers are aligned to four bytes
   */
  addPage(page: number, current: Buffer, currentAt: number, reference: Buffer, referenceAt: number): void {
    if (current.compare(reference, referenceAt, referenceAt + PAGE_BYTES, currentAt, currentAt + PAGE_BYTES) === 0)
      return;
    const size = this.#encodeRuns(current, currentAt, reference, referenceAt);
    if (this.#at + size + 8 > this.#out.length) {
      const larger = Buffer.allocUnsafeSlow(this.#out.length * 2);
      this.#out.copy(larger, 0, 0, this.#at);
      this.#out = larger;
    }
    this.#at = writeNumber(this.#out, this.#at, page - this.#lastPage - 1);
    this.#at = writeNumber(this.#out, this.#at, size);
    this.#runs.copy(this.#out, this.#at, 0, size);
    this.#at += size;
    this.#lastPage = page;
    this.#pageCount++;
  }

  /** Forgets all pages that were added. */
  clear(): void {
    this.#at = HEADER_ROOM;
    this.#pageCount = 0;
    this.#lastPage = -1;
  }

  /** The page after the last one added; 0 if no page was added. */
  get endPage(): number {
    return this.#lastPage + 1;
  }

  /** @param wasmPages length of the memory, pages of 64 KiB; no added page may lie beyond it */
  finish(wasmPages: number): Delta {
    const header = Buffer.alloc(HEADER_ROOM);
    let headerLength = DELTA_MAGIC.copy(header);
    headerLength = writeNumber(header, headerLength, wasmPages);
    headerLength = writeNumber(header, headerLength, this.#pageCount);
    // The delta is kept for long and may be transferred, so its buffer is not taken from Node's pool.
    const bytes = Buffer.allocUnsafeSlow(headerLength + this.#at - HEADER_ROOM);
    header.copy(bytes, 0, 0, headerLength);
    this.#out.copy(bytes, headerLength, HEADER_ROOM, this.#at);
    this.clear();
    return Delta.decode(bytes);
  }

  /** @returns bytes written to `#runs` */
  #encodeRuns(current: Buffer, currentAt: number, reference: Buffer, referenceAt: number): number {
    const runs = this.#runs;
    const currentWords = words(current, currentAt);
    const referenceWords = words(reference, referenceAt);
    let size = 0;
    let previousEnd = 0;
    for (let at = 0; at < PAGE_BYTES; ) {
      if ((at & 3) === 0) {
        let word = at >> 2;
        while (word < PAGE_WORDS && currentWords[word] === referenceWords[word]) word++;
        at = word << 2;
        if (at === PAGE_BYTES) break;
      }
      if (current[currentAt + at] === reference[referenceAt + at]) {
        at++;
        continue;
      }
      const start = at;
      let end = ++at;
      for (; at < PAGE_BYTES && at - end <= MERGE_GAP; at++) {
        if (current[currentAt + at] !== reference[referenceAt + at]) end = at + 1;
      }
      size = writeNumber(runs, size, start - previousEnd);
      size = writeNumber(runs, size, end - start);
      size += current.copy(runs, size, currentAt + start, currentAt + end);
      previousEnd = end;
    }
    return size;
  }
}

/** A page as 32-bit words: equal bytes are passed over in larger steps. */
function words(bytes: Buffer, at: number): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset + at, PAGE_WORDS);
}

/** Unsigned LEB128. @returns the offset after it */
function writeNumber(out: Buffer, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest > 0x7f) {
    out[next++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[next++] = rest;
  return next;
}

import { openSync } from "node:fs";
import type { LinuxCalls } from "./ffi.ts";
import { linuxCalls } from "./ffi.ts";
import { ImageError } from "./image-error.ts";
import type { MappedMemory } from "./mapped-memory.ts";
import type { PageRanges } from "./page-ranges.ts";
import { PAGE_BYTES } from "./page-size.ts";
import type { PageTracker } from "./page-tracker.ts";

// linux/fs.h, "PAGEMAP_SCAN"; Documentation/admin-guide/mm/pagemap.rst
const PAGEMAP_SCAN = 0xc0606610; // _IOWR('f', 16, struct pm_scan_arg)
const PAGE_IS_FILE = 1 << 2;
const PAGE_IS_PRESENT = 1 << 3;
const PAGE_IS_SWAPPED = 1 << 4;
const PAGE_IS_PFNZERO = 1 << 5;

/** struct pm_scan_arg has twelve 64-bit fields. Here each is a pair of 32-bit words, low word first. */
const ARGUMENT_BYTES = 96;
const FIELD = {
  size: 0,
  start: 2,
  end: 3,
  walkEnd: 4,
  vector: 5,
  vectorLength: 6,
  categoryInverted: 8,
  categoryMask: 9,
  categoryAnyOf: 10,
  returnMask: 11,
} as const;

/** struct page_region has start, end and categories, 64 bits each. */
const REGION_BYTES = 24;
/** The most regions that one call can return. A memory with more takes further calls. */
const REGIONS = 512;

const TWO_TO_32 = 2 ** 32;

/** Each thread opens the file once. Node closes it with the thread. */
let pagemap: number | undefined;

/**
 * Asks the kernel which pages are private. A private page is present or swapped, and is neither a page of the mapped file
 * nor the kernel's shared page of zeros.
 */
export class ScanTracker implements PageTracker {
  readonly #mapped: MappedMemory;
  readonly #calls: LinuxCalls;
  readonly #pagemap: number;
  /** The argument and the result of a call. Threads must not share a result, so each tracker has its own. */
  readonly #words: Uint32Array;
  readonly #argument: number;
  #address = 0;
  #end = 0;

  /** @throws ImageError `platform` */
  constructor(mapped: MappedMemory) {
    this.#mapped = mapped;
    this.#calls = linuxCalls();
    try {
      pagemap ??= openSync("/proc/self/pagemap", "r");
    } catch (cause) {
      throw new ImageError("platform", `/proc/self/pagemap cannot be read: ${(cause as Error).message}`, { cause });
    }
    this.#pagemap = pagemap;
    // A buffer has its bytes outside V8's heap, so their address does not change.
    const buffer = new ArrayBuffer(ARGUMENT_BYTES + REGIONS * REGION_BYTES);
    this.#words = new Uint32Array(buffer);
    this.#argument = this.#calls.addressOf(buffer);
    this.#set(FIELD.size, ARGUMENT_BYTES);
    this.#set(FIELD.vector, this.#argument + ARGUMENT_BYTES);
    this.#set(FIELD.vectorLength, REGIONS);
    this.#set(FIELD.categoryInverted, PAGE_IS_FILE | PAGE_IS_PFNZERO);
    this.#set(FIELD.categoryMask, PAGE_IS_FILE | PAGE_IS_PFNZERO);
    this.#set(FIELD.categoryAnyOf, PAGE_IS_PRESENT | PAGE_IS_SWAPPED);
    // No result has this category, so the kernel always joins neighbours.
    this.#set(FIELD.returnMask, PAGE_IS_FILE);
  }

  attach(memory: Buffer): void {
    this.#mapped.attach(memory);
    this.#address = this.#mapped.address;
    this.#end = this.#address + memory.length;
  }

  findPrivate(ranges: PageRanges): boolean {
    ranges.clear();
    const words = this.#words;
    for (let from = this.#address; from < this.#end; from = this.#get(FIELD.walkEnd)) {
      this.#set(FIELD.start, from);
      this.#set(FIELD.end, this.#end);
      const count = this.#calls.ioctl(this.#pagemap, PAGEMAP_SCAN, this.#argument);
      if (count < 0) throw new ImageError("platform", `ioctl(PAGEMAP_SCAN) failed: ${this.#calls.errorName()}`);
      let word = ARGUMENT_BYTES / 4;
      for (let index = 0; index < count; index++, word += REGION_BYTES / 4) {
        const start = words[word]! + words[word + 1]! * TWO_TO_32 - this.#address;
        const end = words[word + 2]! + words[word + 3]! * TWO_TO_32 - this.#address;
        ranges.add(start / PAGE_BYTES, end / PAGE_BYTES);
      }
      // The kernel stops at walk_end when the result is full. Without progress this loop would not end.
      if (this.#get(FIELD.walkEnd) <= from) throw new ImageError("platform", "ioctl(PAGEMAP_SCAN) made no progress");
    }
    return true;
  }

  dropPrivate(): boolean {
    return this.#mapped.dropPrivate();
  }

  #set(field: number, value: number): void {
    this.#words[field * 2] = value % TWO_TO_32;
    this.#words[field * 2 + 1] = Math.floor(value / TWO_TO_32);
  }

  #get(field: number): number {
    return this.#words[field * 2]! + this.#words[field * 2 + 1]! * TWO_TO_32;
  }
}

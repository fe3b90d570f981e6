import type { BaseImage } from "./base-image.ts";
import type { PageRanges } from "./page-ranges.ts";
import { PAGE_BYTES, ZERO_PAGE } from "./page-size.ts";
import type { PageTracker } from "./page-tracker.ts";

/** Compares every page with the base image. This works on every platform. */
export class CopyTracker implements PageTracker {
  readonly #base: BaseImage;
  #memory: Buffer = ZERO_PAGE;

  constructor(base: BaseImage) {
    this.#base = base;
  }

  attach(memory: Buffer): void {
    this.#memory = memory;
  }

  findPrivate(ranges: PageRanges): boolean {
    ranges.clear();
    const memory = this.#memory;
    const base = this.#base.bytes;
    for (let at = 0; at < base.length; at += PAGE_BYTES) {
      if (memory.compare(base, at, at + PAGE_BYTES, at, at + PAGE_BYTES) !== 0) add(ranges, at);
    }
    for (let at = base.length; at < memory.length; at += PAGE_BYTES) {
      if (memory.compare(ZERO_PAGE, 0, PAGE_BYTES, at, at + PAGE_BYTES) !== 0) add(ranges, at);
    }
    return true;
  }

  dropPrivate(): boolean {
    return false;
  }
}

function add(ranges: PageRanges, at: number): void {
  ranges.add(at / PAGE_BYTES, at / PAGE_BYTES + 1);
}

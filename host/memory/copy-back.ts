import type { PageRanges } from "./page-ranges.ts";
import { PAGE_BYTES } from "./page-size.ts";

/** Copies ranges of pages from the base image. Pages beyond its end become zero. */
export function copyBack(base: Buffer, memory: Buffer, ranges: PageRanges): void {
  const { bounds, count } = ranges;
  for (let range = 0; range < count; range++) {
    const start = bounds[range * 2]! * PAGE_BYTES;
    const end = bounds[range * 2 + 1]! * PAGE_BYTES;
    if (start < base.length) base.copy(memory, start, start, Math.min(end, base.length));
    if (end > base.length) memory.fill(0, Math.max(start, base.length), end);
  }
}

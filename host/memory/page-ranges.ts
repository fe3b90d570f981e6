/** Ranges of 4 KiB pages in rising order. The object is kept and refilled, so a switch allocates nothing. */
export class PageRanges {
  /** Pairs: first page, page after the last. */
  bounds: Uint32Array = new Uint32Array(128);
  /** Number of ranges; `bounds` holds twice as many numbers. */
  count = 0;
  /** Number of pages in all ranges. */
  pages = 0;

  clear(): void {
    this.count = 0;
    this.pages = 0;
  }

  /** Appends `[first, end)`, which must not begin before the end of the last range. */
  add(first: number, end: number): void {
    this.pages += end - first;
    const last = this.count * 2 - 1;
    if (last > 0 && this.bounds[last] === first) {
      this.bounds[last] = end;
      return;
    }
    if (last + 2 >= this.bounds.length) {
      const larger = new Uint32Array(this.bounds.length * 2);
      larger.set(this.bounds);
      this.bounds = larger;
    }
    this.bounds[last + 1] = first;
    this.bounds[last + 2] = end;
    this.count++;
  }
}

import type { PageRanges } from "./page-ranges.ts";

/**
 * Tells a slot which pages of its memory may differ from the base image, and drops them. Each strategy has one
 * implementation.
 */
export interface PageTracker {
  /**
   * Takes over the memory's current buffer. The slot calls it at the start, and again whenever the memory's growth has
   * replaced the buffer. Private pages stay private, for the next switch to restore.
   *
   * @throws ImageError `platform`
   */
  attach(memory: Buffer): void;

  /**
   * Fills `ranges` with every page that may differ from the base image (beyond the image: from zero).
   *
   * @returns false if this strategy cannot tell which pages differ
   */
  findPrivate(ranges: PageRanges): boolean;

  /**
   * Makes the whole memory equal to the base image by giving its private pages back to the kernel.
   *
   * @returns false if this strategy cannot drop pages
   */
  dropPrivate(): boolean;
}

import type { PageRanges } from "./page-ranges.ts";

/**
 * How a slot learns which pages of its memory may differ from the base image, and how it gets rid of them.
 * One implementation per strategy.
 */
export interface PageTracker {
  /**
   * Takes over the memory's current buffer: called once at the start, and again whenever the buffer was replaced because
   * the memory grew. The next switch must then restore all that is private, as every switch does.
   *
   * @throws ImageError `platform`
   */
  attach(memory: Buffer): void;

  /**
   * Fills `ranges` with every page that may differ from the base image (beyond the image: from zero).
   *
   * @returns false if this strategy cannot tell
   */
  findPrivate(ranges: PageRanges): boolean;

  /**
   * Makes the whole memory equal to the base image by giving its private pages back to the kernel.
   *
   * @returns false if this strategy cannot
   */
  dropPrivate(): boolean;
}

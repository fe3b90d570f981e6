/** The unit of images and deltas, bytes. The ranges of a kernel with larger pages are multiples of it. */
export const PAGE_BYTES = 4096;

/** A WebAssembly page, bytes (core specification, "Memory Instances"). */
export const WASM_PAGE_BYTES = 65_536;

/** The number of pages of 64 KiB that fit into a limit in bytes. */
export function wholeWasmPages(bytes: number): number {
  return Math.floor(bytes / WASM_PAGE_BYTES);
}

/** The most pages of 64 KiB that a 32-bit memory can have. */
export const MAX_WASM_PAGES = 65_536;

/** 4 KiB pages in a WebAssembly page. */
export const PAGES_PER_WASM_PAGE = WASM_PAGE_BYTES / PAGE_BYTES;

/** One page of zeros, with which memory beyond the base image is compared. Nobody may write it. */
export const ZERO_PAGE: Buffer = Buffer.alloc(PAGE_BYTES);

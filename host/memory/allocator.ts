import { requireQuietly } from "./ffi.ts";

// malloc.h of glibc
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
const M_ARENA_MAX = -8;

/** Heaps that threads share; by default glibc makes eight a CPU, and what is freed in one is of no use to the others. */
const ARENAS = 2;
/** Blocks from this size go back to the kernel when they are freed. glibc would raise it by itself to what was freed. */
const LARGE_BLOCK_BYTES = 128 << 10;

/**
 * Has the C library give freed memory back: starting up takes and frees some 100 MB in half a dozen threads, which would
 * stay in their heaps. Only glibc can be told; with any other C library this does nothing. Call it before threads are made.
 *
 * @returns whether the C library was told
 */
export function returnFreedMemory(): boolean {
  try {
    const { functions } = requireQuietly().dlopen(null, {
      mallopt: { arguments: ["i32", "i32"], return: "i32" },
    });
    const settings = [
      [M_ARENA_MAX, ARENAS],
      [M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES],
      [M_TRIM_THRESHOLD, LARGE_BLOCK_BYTES],
    ] as const;
    return settings.every(([option, value]) => functions.mallopt(option, value) === 1);
  } catch {
    return false;
  }
}

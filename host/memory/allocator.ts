import { requireQuietly } from "./ffi.ts";

// malloc.h of glibc
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
const M_ARENA_MAX = -8;

/** Heaps that all threads share. By default glibc makes eight a CPU, and memory freed in one is of no use to the others. */
const ARENAS = 2;
/** Blocks of this size or more go back to the kernel when they are freed. Left alone, glibc raises the bound by itself. */
const LARGE_BLOCK_BYTES = 128 << 10;

/**
 * Tells the C library to give freed memory back. The start of a host takes and frees some 100 MB in half a dozen threads,
 * which would stay in their heaps. Only glibc can be told; with any other C library this does nothing. The call must come
 * before threads are made.
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

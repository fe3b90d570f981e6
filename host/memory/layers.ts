import type { Delta } from "./delta.ts";

/** Length of the longest layer, pages of 64 KiB. */
export function longest(layers: readonly Delta[]): number {
  let wasmPages = 0;
  for (const layer of layers) wasmPages = Math.max(wasmPages, layer.wasmPages);
  return wasmPages;
}

/** Compares by identity: the same deltas in the same order. */
export function sameLayers(a: readonly Delta[], b: readonly Delta[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

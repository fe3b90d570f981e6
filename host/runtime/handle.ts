/** Makes the part of a runtime package that slots are made of. It can be posted to any worker. */
import { growRefusedExport, pageLimitExport, pagesExport } from "../component/write/thin-module.ts";
import { BaseImage, WASM_PAGE_BYTES } from "../memory/index.ts";
import type { RuntimeHandle } from "../worker/runtime-handle.ts";
import type { ImageGlobal, RuntimeManifest } from "./manifest.ts";

/** Extension of the base image. A tenant's start-up can grow into it, and it stays mapped copy-on-write. */
const EXTEND_BYTES = 8 << 20;

/** Globals that a slot sets by the tenant's limits and not from an image. */
const accounting = new Set([pagesExport, pageLimitExport, growRefusedExport]);

/**
 * Lays the base image out in memory.
 *
 * @param module the thin module, compiled
 * @param image the first bytes of the memory; the rest reads zero
 */
export function makeHandle(
  {
    name,
    version,
    memory,
    globals,
    layout,
  }: Pick<RuntimeManifest, "name" | "version" | "memory" | "globals" | "layout">,
  module: WebAssembly.Module,
  image: Uint8Array,
): RuntimeHandle {
  // No memory of the runtime may be larger than its maximum.
  const room = Math.min(EXTEND_BYTES, (memory.maximumPages - memory.initialPages) * WASM_PAGE_BYTES);
  const extendBytes = memory.initialPages * WASM_PAGE_BYTES - image.length + room;
  return {
    key: `${name}@${version}`,
    module,
    base: BaseImage.create(image, { extendBytes }).descriptor(),
    globals: globals
      .filter(({ export: global }) => !accounting.has(global))
      .map((global) => ({ exportName: global.export, value: imageValue(global) })),
    tenantFunctions: layout?.functions.first ?? null,
    initialPages: memory.initialPages,
    maximumPages: memory.maximumPages,
  };
}

function imageValue({ type, value }: ImageGlobal): number | bigint {
  return type === "i64" ? BigInt(value) : Number(value);
}

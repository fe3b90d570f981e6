/** Images of linear memories and copy-on-write switching between them. See docs/reference/memory.md. */
export { returnFreedMemory } from "./allocator.ts";
export { BaseImage, type BaseImageDescriptor, type BaseImageOptions } from "./base-image.ts";
export { collectGarbage } from "./collect-garbage.ts";
export { Delta } from "./delta.ts";
export { ImageError, type ImageErrorCode } from "./image-error.ts";
export { invariant } from "./invariant.ts";
export { PAGE_BYTES, WASM_PAGE_BYTES, wholeWasmPages } from "./page-size.ts";
export { type MemoryStrategyProbe, probeMemoryStrategy } from "./probe.ts";
export {
  type CaptureOptions,
  SlotMemory,
  type SlotMemoryOptions,
  type SlotMemoryStats,
} from "./slot-memory.ts";
export type { MemoryStrategy } from "./strategy.ts";

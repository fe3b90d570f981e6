import type { BaseImage } from "./base-image.ts";
import { comparePages } from "./compare-pages.ts";
import type { Delta } from "./delta.ts";
import { ImageError } from "./image-error.ts";
import { LayerPages } from "./layer-pages.ts";
import { PageRanges } from "./page-ranges.ts";
import { PAGE_BYTES, WASM_PAGE_BYTES, ZERO_PAGE } from "./page-size.ts";
import type { PageTracker } from "./page-tracker.ts";
import { probeMemoryStrategy } from "./probe.ts";
import { type MemoryStrategy, makeTracker } from "./strategy.ts";

export interface SlotMemoryOptions {
  /** Default: the fastest that works here and with the base image's backing. */
  strategy?: MemoryStrategy;
  /**
   * Private 4 KiB pages above which a switch drops all pages instead of copying them back. It rises by itself for runs
   * that write more. Default 1,024 (4 MiB).
   */
  maxPrivatePages?: number;
}

export interface CaptureOptions {
  /** Length of the memory as its guest knows it, pages of 64 KiB. Default: its physical length. */
  wasmPages?: number;
}

export interface SlotMemoryStats {
  strategy: MemoryStrategy;
  /** Length of the memory, bytes. */
  memoryBytes: number;
  /** 4 KiB pages held by this memory alone; undefined where the strategy cannot tell. */
  privatePages: number | undefined;
  /** 4 KiB pages that were private at the last switch and were written anew; 0 if it dropped them all. */
  restoredPages: number;
  /** Decoded pages kept for the current layers, bytes. */
  decodedBytes: number;
}

const DEFAULT_MAX_PRIVATE_PAGES = 1024;
/** Larger decoded layers are not kept: their runs are applied at each switch. */
const MAX_DECODED_PAGES = 256;
const NO_LAYERS: readonly Delta[] = [];

/**
 * The linear memory of a slot, switched between images: the base image with layers of deltas on top.
 *
 * @example
 * const slot = new SlotMemory(memory, base);
 * slot.switchTo([tenant]);            // run one step of a request
 * const context = slot.capture([tenant]); // it waits: put it aside
 * slot.switchTo([other]);
 * slot.switchTo([tenant, context]);   // and go on
 */
export class SlotMemory implements Disposable {
  readonly strategy: MemoryStrategy;
  readonly #memory: WebAssembly.Memory;
  readonly #base: BaseImage;
  readonly #tracker: PageTracker;
  readonly #ranges = new PageRanges();
  readonly #configuredBound: number;
  #bound: number;
  /** After a drop, the next switch's private pages are what one run needs. */
  #measureNeed = false;
  #buffer: ArrayBufferLike | undefined;
  #bytes: Buffer = ZERO_PAGE;
  /** The layers that memory held before the guest ran. */
  #layers: readonly Delta[] = NO_LAYERS;
  #decoded: LayerPages | undefined;
  #decodedRoom: Buffer | undefined;
  #restoredPages = 0;
  #disposed = false;

  /**
   * Takes over a memory; from now on it equals the base image.
   *
   * @param memory an instance's own memory, at least as long as the base image
   * @throws ImageError `invalid-argument` for a shorter memory or a base that the strategy cannot map, `platform`
   */
  constructor(memory: WebAssembly.Memory, base: BaseImage, options: SlotMemoryOptions = {}) {
    if (memory.buffer.byteLength < base.byteLength) {
      const lengths = `${memory.buffer.byteLength} bytes, the base image ${base.byteLength}`;
      throw new ImageError("invalid-argument", `the memory is shorter than the base image: ${lengths}`);
    }
    this.strategy = options.strategy ?? (base.fd === undefined ? "copy" : probeMemoryStrategy().best);
    if (this.strategy !== "copy" && base.fd === undefined) {
      throw new ImageError("invalid-argument", `the base image has no file for the strategy ${this.strategy}`);
    }
    this.#memory = memory;
    this.#base = base;
    this.#tracker = makeTracker(this.strategy, base);
    this.#configuredBound = options.maxPrivatePages ?? DEFAULT_MAX_PRIVATE_PAGES;
    this.#bound = this.#configuredBound;
    this.switchTo(NO_LAYERS);
  }

  /**
   * Makes the memory equal to the base image with the layers applied in order; everything beyond reads zero. Grows the
   * memory if a layer needs it. The same layers as last time (the same objects) are the cheap case.
   *
   * @throws ImageError `memory-limit` if it cannot grow, `platform`, `disposed`. The slot must then be thrown away.
   */
  switchTo(layers: readonly Delta[]): void {
    this.#growFor(layers);
    this.#refresh();
    const same = layers.length > 0 && sameLayers(layers, this.#layers);
    // A copy: a caller that changes its array must not make another tenant's layers look like these. And none until the
    // switch is done, so that one that fails half-way is not taken for a memory in good order.
    const now = same ? this.#layers : [...layers];
    this.#layers = NO_LAYERS;
    if (!same) this.#decoded = undefined;
    if (same) this.#decoded ??= this.#decode(layers);
    this.#restoreBase(this.#decoded);
    if (this.#decoded !== undefined) this.#decoded.writeTo(this.#bytes);
    else for (const layer of layers) layer.applyTo(this.#bytes);
    this.#layers = now;
  }

  /**
   * What differs now from the base image with the layers applied. The memory and its layers stay as they are.
   *
   * @param layers empty for a tenant's image; the tenant's delta for the context of one of its requests
   * @throws ImageError `invalid-argument` if bytes beyond `wasmPages` differ or a layer is longer than the memory,
   * `platform`, `disposed`
   */
  capture(layers: readonly Delta[], options: CaptureOptions = {}): Delta {
    this.#refresh();
    const memory = this.#bytes;
    if (longest(layers) > memory.length / WASM_PAGE_BYTES) {
      throw new ImageError("invalid-argument", "a layer is longer than the memory that is compared with it");
    }
    const wasmPages = options.wasmPages ?? memory.length / WASM_PAGE_BYTES;
    const ranges = this.#ranges;
    if (!this.#tracker.findPrivate(ranges)) {
      ranges.clear();
      ranges.add(0, memory.length / PAGE_BYTES);
    }
    // The layers that the guest runs on are decoded once, for captures and switches alike.
    if (sameLayers(layers, this.#layers)) this.#decoded ??= this.#decode(layers);
    const current = sameLayers(layers, this.#layers) ? this.#decoded : undefined;
    return comparePages(memory, ranges, this.#base.bytes, current ?? new LayerPages(this.#base, layers), wasmPages);
  }

  /**
   * Gives private pages back to the kernel if there are more than `keepPages`: for an idle slot. What the
   * memory held is lost: nothing may run before the next switch. `copy` has nothing to give back.
   *
   * @returns 4 KiB pages given back; undefined if they were, but `remap` cannot count them
   * @throws ImageError `platform`, `disposed`
   */
  trim(keepPages = 0): number | undefined {
    this.#refresh();
    const counted = this.#tracker.findPrivate(this.#ranges);
    if (counted && this.#ranges.pages <= keepPages) return 0;
    this.#layers = NO_LAYERS;
    this.#decoded = undefined;
    this.#decodedRoom = undefined;
    if (!this.#dropPrivate()) return 0;
    return counted ? this.#ranges.pages : undefined;
  }

  /** Asks the kernel: not for a hot path. */
  stats(): SlotMemoryStats {
    this.#refresh();
    const known = this.strategy !== "copy" && this.#tracker.findPrivate(this.#ranges);
    const whole = this.strategy === "copy" ? this.#bytes.length / PAGE_BYTES : undefined;
    return {
      strategy: this.strategy,
      memoryBytes: this.#bytes.length,
      privatePages: known ? this.#ranges.pages : whole,
      restoredPages: this.#restoredPages,
      decodedBytes: this.#decodedRoom?.length ?? 0,
    };
  }

  /** Gives the private pages back. The memory itself goes when its instance is collected. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#refresh();
    this.#tracker.dropPrivate();
    this.#disposed = true;
    this.#layers = NO_LAYERS;
    this.#decoded = undefined;
    this.#decodedRoom = undefined;
    this.#bytes = ZERO_PAGE;
    this.#buffer = undefined;
  }

  /** The buffer is another object after every growth, by the guest or by us. */
  #refresh(): void {
    if (this.#disposed) throw new ImageError("disposed", "the slot's memory was disposed");
    const { buffer } = this.#memory;
    if (buffer === this.#buffer) return;
    this.#bytes = Buffer.from(buffer);
    this.#buffer = buffer;
    this.#tracker.attach(this.#bytes);
  }

  #growFor(layers: readonly Delta[]): void {
    const wasmPages = longest(layers);
    const lacking = wasmPages - this.#memory.buffer.byteLength / WASM_PAGE_BYTES;
    if (lacking <= 0) return;
    try {
      this.#memory.grow(lacking);
    } catch (cause) {
      throw new ImageError("memory-limit", `the memory cannot grow to ${wasmPages} pages of 64 KiB`, { cause });
    }
  }

  /** @param written pages that are written afterwards, and need not be restored */
  #restoreBase(written: LayerPages | undefined): void {
    const ranges = this.#ranges;
    this.#restoredPages = 0;
    if (!this.#tracker.findPrivate(ranges)) {
      this.#tracker.dropPrivate();
      return;
    }
    if (this.#measureNeed) {
      this.#bound = Math.max(this.#configuredBound, 2 * ranges.pages);
      this.#measureNeed = false;
    }
    if (ranges.pages > this.#bound && this.#dropPrivate()) return;
    if (written === undefined) copyBack(this.#base.bytes, this.#bytes, ranges);
    else copyBack(this.#base.bytes, this.#bytes, written.uncovered(ranges));
    this.#restoredPages = ranges.pages;
  }

  #dropPrivate(): boolean {
    this.#measureNeed = true;
    return this.#tracker.dropPrivate();
  }

  #decode(layers: readonly Delta[]): LayerPages | undefined {
    let pages = 0;
    for (const layer of layers) pages += layer.pageCount;
    if (pages > MAX_DECODED_PAGES) return undefined;
    const decoded = new LayerPages(this.#base, layers, this.#decodedRoom);
    this.#decodedRoom = decoded.data;
    return decoded;
  }
}

/** Length of the longest layer, pages of 64 KiB. */
function longest(layers: readonly Delta[]): number {
  let wasmPages = 0;
  for (const layer of layers) wasmPages = Math.max(wasmPages, layer.wasmPages);
  return wasmPages;
}

function sameLayers(a: readonly Delta[], b: readonly Delta[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** Copies ranges of pages from the base image; what lies beyond it becomes zero. */
function copyBack(base: Buffer, memory: Buffer, ranges: PageRanges): void {
  const { bounds, count } = ranges;
  for (let range = 0; range < count; range++) {
    const start = bounds[range * 2]! * PAGE_BYTES;
    const end = bounds[range * 2 + 1]! * PAGE_BYTES;
    if (start < base.length) base.copy(memory, start, start, Math.min(end, base.length));
    if (end > base.length) memory.fill(0, Math.max(start, base.length), end);
  }
}

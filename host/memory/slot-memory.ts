/**
 * The linear memory of a slot, and how it is switched from one image to the next.
 *
 *   0                  end of the image       base.byteLength        memory.length              maximum
 *   |--- bytes of the image ---|--- its extension ---|--- grown by guests ---|... address space ...|
 *   |  the base image's file, mapped copy-on-write   |   anonymous memory    |      not there      |
 *   |  clean page: the file's, shared by all slots   |   clean: reads zero   |
 *   |  private page: a copy that only this slot has  |   private             |
 *
 * This is the map for `scan` and `remap`. With `copy` the whole memory is the slot's own, and a page that differs from
 * the base image counts as private.
 *
 * The invariant COVERED: every page that differs from the base image (beyond its end: from zero) is private. A switch
 * therefore leaves clean pages alone: it copies the base image back over the private pages, or drops them, and then
 * writes the layers. COVERED rests on three facts, which are asserted: the memory never moves or shrinks, no page is
 * private after a drop, and nothing uses the memory after a switch that failed half-way.
 *
 *    constructor          done                    switchTo
 *   -------------> SWITCHING -----> READY -------------------> SWITCHING
 *                      |            |   ^ capture, stats: nothing changes
 *                      | throws     |   | trim: base image without layers
 *                      v            |
 *                    TORN           +--- dispose ---> DISPOSED
 *                      +---------------- dispose ---> DISPOSED
 */
import type { BaseImage } from "./base-image.ts";
import { comparePages } from "./compare-pages.ts";
import { copyBack } from "./copy-back.ts";
import type { Delta } from "./delta.ts";
import { ImageError } from "./image-error.ts";
import { invariant } from "./invariant.ts";
import { LayerPages } from "./layer-pages.ts";
import { longest, sameLayers } from "./layers.ts";
import { PageRanges } from "./page-ranges.ts";
import { PAGE_BYTES, WASM_PAGE_BYTES, ZERO_PAGE } from "./page-size.ts";
import type { PageTracker } from "./page-tracker.ts";
import { probeMemoryStrategy } from "./probe.ts";
import { type MemoryStrategy, makeTracker } from "./strategy.ts";

export interface SlotMemoryOptions {
  /** Default: the fastest strategy that works here and with the base image's backing. */
  strategy?: MemoryStrategy;
  /**
   * Private 4 KiB pages above which a switch drops all pages instead of copying them back. The bound rises by itself for
   * runs that write more. Default 1,024 (4 MiB).
   */
  maxPrivatePages?: number;
}

export interface CaptureOptions {
  /** Length of the memory as its guest knows it, pages of 64 KiB. Default: the memory's real length. */
  wasmPages?: number;
}

export interface SlotMemoryStats {
  strategy: MemoryStrategy;
  /** Length of the memory, bytes. */
  memoryBytes: number;
  /** 4 KiB pages that only this memory holds; undefined if the strategy cannot tell. */
  privatePages: number | undefined;
  /** 4 KiB pages that were private at the last switch and were written anew; 0 if the switch dropped them all. */
  restoredPages: number;
  /** Decoded pages kept for the current layers, bytes. */
  decodedBytes: number;
}

const DEFAULT_MAX_PRIVATE_PAGES = 1024;
/**
 * A page stays private, and is copied at every switch, even if the runs after the one that wrote it leave it alone. So all
 * pages are dropped once this many have been copied since the last drop, and sixteen times what a switch copies. A drop
 * costs about as much as the copy of 500 pages. Slots that need all their pages spend 4 to 8 percent on drops, and a run
 * that wrote much slows down the next 20 switches, and not all that follow.
 */
const COPIES_UNTIL_DROP = 8192;
const SWITCHES_UNTIL_DROP = 16;
/** Layers of more pages are not kept decoded: each switch applies their runs. */
const MAX_DECODED_PAGES = 256;
const NO_LAYERS: readonly Delta[] = [];

/**
 * A memory that is switched between images: the base image with layers of deltas on top.
 *
 * @example
 * const slot = new SlotMemory(memory, base);
 * slot.switchTo([tenant]);            // run one step of a request
 * const context = slot.capture([tenant]); // the request waits
 * slot.switchTo([other]);
 * slot.switchTo([tenant, context]);   // the request goes on
 */
export class SlotMemory implements Disposable {
  readonly strategy: MemoryStrategy;
  readonly #memory: WebAssembly.Memory;
  readonly #base: BaseImage;
  readonly #tracker: PageTracker;
  readonly #ranges = new PageRanges();
  /** A call that finds "switching" here finds a switch that failed half-way, since a switch is synchronous. */
  #state: "switching" | "ready" | "disposed" = "ready";
  readonly #configuredBound: number;
  #bound: number;
  /** True after a drop. The next switch then finds only the private pages that one run needs. */
  #measureNeed = false;
  /** Pages that switches have copied since the last drop. */
  #copied = 0;
  #buffer: ArrayBufferLike | undefined;
  #bytes: Buffer = ZERO_PAGE;
  /** The layers that memory held before the guest ran. */
  #layers: readonly Delta[] = NO_LAYERS;
  #decoded: LayerPages | undefined;
  #decodedRoom: Buffer | undefined;
  #restoredPages = 0;

  /**
   * Takes over a memory and makes it equal to the base image.
   *
   * @param memory an instance's own memory, at least as long as the base image
   * @throws ImageError `invalid-argument` if the memory is shorter or the strategy cannot map the base image, `platform`
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
   * Makes the memory equal to the base image with the layers applied in order. Everything beyond reads zero. The memory
   * grows if a layer needs it. The cheap case is the same layers (the same objects) as last time.
   *
   * @throws ImageError `memory-limit` if the memory cannot grow, `platform`, `disposed`. The owner must then throw the
   * slot away.
   */
  switchTo(layers: readonly Delta[]): void {
    this.#growFor(layers);
    this.#refresh();
    this.#state = "switching";
    const same = layers.length > 0 && sameLayers(layers, this.#layers);
    // The array is copied: a caller that changes it later must not make another tenant's layers look like these.
    const now = same ? this.#layers : [...layers];
    this.#layers = NO_LAYERS;
    if (!same) this.#decoded = undefined;
    if (same) this.#decoded ??= this.#decode(layers);
    this.#restoreBase(this.#decoded);
    if (this.#decoded !== undefined) this.#decoded.writeTo(this.#bytes);
    else for (const layer of layers) layer.applyTo(this.#bytes);
    this.#layers = now;
    this.#state = "ready";
  }

  /**
   * Finds the differences from the base image with the layers applied. The memory and its layers stay as they are.
   *
   * @param layers none to capture a tenant's image; the tenant's delta to capture the context of one of its requests
   * @throws ImageError `written-beyond` if bytes beyond `wasmPages` differ, `invalid-argument` if a layer is longer than
   * the memory, `platform`, `disposed`
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
    // Captures and switches share the decoded form of the layers that the guest runs on.
    if (sameLayers(layers, this.#layers)) this.#decoded ??= this.#decode(layers);
    const current = sameLayers(layers, this.#layers) ? this.#decoded : undefined;
    return comparePages(memory, ranges, this.#base.bytes, current ?? new LayerPages(this.#base, layers), wasmPages);
  }

  /**
   * Gives an idle slot's private pages back to the kernel if there are more than `keepPages`. The memory then equals the
   * base image, so nothing may run before the next switch. `copy` has nothing to give back.
   *
   * @returns 4 KiB pages given back; undefined with `remap`, which cannot count them
   * @throws ImageError `platform`, `disposed`
   */
  trim(keepPages = 0): number | undefined {
    this.#refresh();
    const counted = this.#tracker.findPrivate(this.#ranges);
    const { pages } = this.#ranges;
    if (counted && pages <= keepPages) return 0;
    this.#layers = NO_LAYERS;
    this.#decoded = undefined;
    this.#decodedRoom = undefined;
    if (!this.#dropPrivate()) return 0;
    return counted ? pages : undefined;
  }

  /** Length of the memory at the last call of another method. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  /** Asks the kernel, which is too slow for a hot path. */
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

  /** Gives the private pages back. The collector frees the memory itself with its instance. */
  [Symbol.dispose](): void {
    if (this.#state === "disposed") return;
    this.#followBuffer();
    this.#tracker.dropPrivate();
    this.#state = "disposed";
    this.#layers = NO_LAYERS;
    this.#decoded = undefined;
    this.#decodedRoom = undefined;
    this.#bytes = ZERO_PAGE;
    this.#buffer = undefined;
  }

  #refresh(): void {
    if (this.#state === "disposed") throw new ImageError("disposed", "the slot's memory was disposed");
    invariant(this.#state === "ready", "COVERED: a switch of this memory failed half-way, so it must not be used");
    this.#followBuffer();
  }

  /** Every growth, whether by the guest or by the host, replaces the buffer object. */
  #followBuffer(): void {
    const { buffer } = this.#memory;
    if (buffer === this.#buffer) return;
    invariant(buffer.byteLength >= this.#bytes.length, "COVERED: the slot's memory became shorter");
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

  /** @param written pages that the caller writes next, so they need not be restored */
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
    this.#copied += ranges.pages;
    const due = this.#copied > COPIES_UNTIL_DROP + SWITCHES_UNTIL_DROP * ranges.pages;
    if ((due || ranges.pages > this.#bound) && this.#dropPrivate()) return;
    copyBack(this.#base.bytes, this.#bytes, written === undefined ? ranges : written.uncovered(ranges));
    this.#restoredPages = ranges.pages;
  }

  #dropPrivate(): boolean {
    this.#measureNeed = true;
    this.#copied = 0;
    if (!this.#tracker.dropPrivate()) return false;
    const counted = this.#tracker.findPrivate(this.#ranges);
    invariant(!counted || this.#ranges.pages === 0, "COVERED: a page of the slot's memory is private after a drop");
    return true;
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

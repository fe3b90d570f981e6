import { BaseImage } from "./base-image.ts";
import { PageRanges } from "./page-ranges.ts";
import { PAGE_BYTES, PAGES_PER_WASM_PAGE, WASM_PAGE_BYTES } from "./page-size.ts";
import { type MemoryStrategy, makeTracker } from "./strategy.ts";

export interface MemoryStrategyProbe {
  /** The fastest strategy that works on this machine. */
  readonly best: MemoryStrategy;
  /** Why the other strategies do not work, one sentence each. */
  readonly unavailable: Readonly<Partial<Record<MemoryStrategy, string>>>;
}

let probed: MemoryStrategyProbe | undefined;

/** Tries the strategies on a real memory, once per thread. `copy` works everywhere. */
export function probeMemoryStrategy(): MemoryStrategyProbe {
  probed ??= probe();
  return probed;
}

function probe(): MemoryStrategyProbe {
  const unavailable: Partial<Record<MemoryStrategy, string>> = {};
  for (const strategy of ["scan", "remap"] as const) {
    try {
      tryStrategy(strategy);
    } catch (error) {
      unavailable[strategy] = (error as Error).message;
    }
  }
  const best = unavailable.scan === undefined ? "scan" : unavailable.remap === undefined ? "remap" : "copy";
  return { best, unavailable };
}

/** Writes pages in the image, in its zeros and beyond it. The strategy must find them (`scan`) and must drop them. */
function tryStrategy(strategy: "scan" | "remap"): void {
  const image = Buffer.alloc(WASM_PAGE_BYTES, 0xa5);
  using maker = BaseImage.create(image, { extendBytes: WASM_PAGE_BYTES, backing: "memfd" });
  using base = BaseImage.open(maker.descriptor());
  const memory = new WebAssembly.Memory({ initial: 3, maximum: 4 });
  const tracker = makeTracker(strategy, base);
  tracker.attach(Buffer.from(memory.buffer));
  memory.grow(1);
  const bytes = Buffer.from(memory.buffer);
  tracker.attach(bytes);
  const original = Buffer.concat([image], bytes.length);
  if (!bytes.equals(original)) throw new Error("a mapped memory was not equal to its image");

  const written = [1, 2, 9, PAGES_PER_WASM_PAGE + 3, PAGES_PER_WASM_PAGE * 2 + 5, PAGES_PER_WASM_PAGE * 3 + 7];
  for (const page of written) bytes[page * PAGE_BYTES + 17] = 1;
  const found = new PageRanges();
  if (tracker.findPrivate(found)) {
    for (const page of written) {
      if (!covers(found, page)) throw new Error(`PAGEMAP_SCAN did not find a written page (${page})`);
    }
    // A kernel with pages of 4 KiB finds exactly the written ones. No kernel may find all pages that were merely read.
    if (found.pages > bytes.length / PAGE_BYTES / 2) throw new Error("PAGEMAP_SCAN finds pages that nobody wrote");
  }
  tracker.dropPrivate();
  if (!bytes.equals(original)) throw new Error("a memory whose private pages were dropped was not equal to its image");
}

function covers(ranges: PageRanges, page: number): boolean {
  for (let range = 0; range < ranges.count; range++) {
    if (ranges.bounds[range * 2]! <= page && page < ranges.bounds[range * 2 + 1]!) return true;
  }
  return false;
}

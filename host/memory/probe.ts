import { BaseImage } from "./base-image.ts";
import { Delta } from "./delta.ts";
import { PAGE_BYTES, PAGES_PER_WASM_PAGE, WASM_PAGE_BYTES } from "./page-size.ts";
import { type MemoryStrategy, SlotMemory } from "./slot-memory.ts";

export interface MemoryStrategyProbe {
  /** The fastest that works here. */
  readonly best: MemoryStrategy;
  /** Why the others do not, one sentence each. */
  readonly unavailable: Readonly<Partial<Record<MemoryStrategy, string>>>;
}

let probed: MemoryStrategyProbe | undefined;

/** Tries the strategies for real, fastest first, once per thread. `copy` works everywhere. */
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

/** One switch of a small memory: pages written in the image's range, in its zeros and beyond it must come back. */
function tryStrategy(strategy: "scan" | "remap"): void {
  const image = Buffer.alloc(WASM_PAGE_BYTES, 0xa5);
  using maker = BaseImage.create(image, { extendBytes: WASM_PAGE_BYTES, backing: "memfd" });
  using base = BaseImage.open(maker.descriptor());
  const memory = new WebAssembly.Memory({ initial: 3, maximum: 4 });
  using slot = new SlotMemory(memory, base, { strategy });
  memory.grow(1);
  const expected = Buffer.alloc(memory.buffer.byteLength);
  image.copy(expected);

  const bytes = Buffer.from(memory.buffer);
  const written = [1, 2, 9, PAGES_PER_WASM_PAGE + 3, PAGES_PER_WASM_PAGE * 2 + 5, PAGES_PER_WASM_PAGE * 3 + 7];
  for (const page of written) bytes[page * PAGE_BYTES + 17] = 1;
  const found = slot.stats().privatePages;
  // A kernel with larger pages finds whole ones of those; more than all of the memory's is never right.
  if (strategy === "scan" && (found === undefined || found < written.length || found > bytes.length / PAGE_BYTES / 2)) {
    throw new Error(`PAGEMAP_SCAN found ${found} private pages where ${written.length} were written`);
  }
  const delta = slot.capture([]);
  slot.switchTo([]);
  if (!bytes.equals(expected)) throw new Error("a restored memory was not equal to its image");
  slot.switchTo([Delta.decode(delta.bytes)]);
  for (const page of written) expected[page * PAGE_BYTES + 17] = 1;
  if (!bytes.equals(expected)) throw new Error("a memory was not equal to the image captured from it");
}

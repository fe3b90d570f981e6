import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BaseImage } from "./base-image.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { makeGuest, strategies } from "./memory.fixture.ts";
import { WASM_PAGE_BYTES } from "./page-size.ts";
import { SlotMemory } from "./slot-memory.ts";

const IMAGE_PAGES = 4;

async function collectAll(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.each(strategies)("500 slots that were dropped give back their memory (%s)", async (strategy) => {
  const image = Buffer.alloc(IMAGE_PAGES * WASM_PAGE_BYTES, 1);
  const base = BaseImage.create(image, { backing: strategy === "copy" ? "shared" : "memfd" });
  const use = (count: number) => {
    for (let i = 0; i < count; i++) {
      const memory = new WebAssembly.Memory({ initial: IMAGE_PAGES, maximum: 8 });
      const slot = new SlotMemory(memory, base, { strategy });
      makeGuest(memory).fill(0, 7, image.length);
      slot.switchTo([]);
    }
  };
  use(20);
  await collectAll();
  const before = process.memoryUsage.rss();
  for (let i = 0; i < 10; i++) {
    use(50);
    await collectAll();
  }
  // Memories that were kept would take 125 MiB.
  expect(process.memoryUsage.rss() - before).toBeLessThan(24 * 1024 * 1024);
  if (strategy !== "copy") {
    const mappings = readFileSync("/proc/self/maps", "utf8").split("plinth-base-image").length - 1;
    expect(mappings).toBeLessThan(30);
  }
  expect(base.bytes.equals(image)).toBe(true);
});

test.runIf(strategies.includes("scan"))("an image is held once: views and slots add no private memory", () => {
  const image = Buffer.alloc(64 * WASM_PAGE_BYTES, 1);
  const base = BaseImage.create(image, { backing: "memfd" });
  const held: unknown[] = [];
  const before = privateDirty();
  for (let i = 0; i < 20; i++) {
    const view = BaseImage.open(base.descriptor());
    const memory = new WebAssembly.Memory({ initial: 64, maximum: 64 });
    const slot = new SlotMemory(memory, view, { strategy: "scan" });
    if (!view.bytes.equals(image) || !Buffer.from(memory.buffer).equals(image)) throw new Error("not the image");
    held.push(view, memory, slot);
  }
  // Forty views have 4 MiB each.
  expect(privateDirty() - before).toBeLessThan(16 * 1024 * 1024);
  expect(held.length).toBe(60);
});

function privateDirty(): number {
  const [, kilobytes] = /^Private_Dirty:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/smaps_rollup", "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

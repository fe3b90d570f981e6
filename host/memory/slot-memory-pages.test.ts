import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BaseImage } from "./base-image.ts";
import { linuxCalls } from "./ffi.ts";
import { openSlotMemory, randomFrom, randomImage, strategies } from "./memory.fixture.ts";
import { PAGE_BYTES, WASM_PAGE_BYTES } from "./page-size.ts";
import { SlotMemory } from "./slot-memory.ts";

describe.runIf(strategies.includes("scan"))("what the kernel counts", () => {
  test("only pages that were written are copied back, and trim gives them up", () => {
    const { slot, guest, bytes } = openSlotMemory("scan", Buffer.alloc(32 * WASM_PAGE_BYTES, 5), {
      extendBytes: WASM_PAGE_BYTES,
    });
    expect(bytes().includes(1)).toBe(false); // reading makes no page private
    expect(slot.stats().privatePages).toBe(0);
    for (let page = 0; page < 30; page += 3) guest.fill(page * PAGE_BYTES, 1, 1);
    slot.switchTo([]);
    expect(slot.stats()).toMatchObject({ privatePages: 10, restoredPages: 10, memoryBytes: 33 * WASM_PAGE_BYTES });
    expect(slot.trim(10)).toBe(0);
    expect(slot.trim(9)).toBe(10);
    expect(slot.stats().privatePages).toBe(0);
  });

  test("a switch above the bound drops the pages, and the bound follows what one run needs", () => {
    const { slot, guest } = openSlotMemory("scan", Buffer.alloc(32 * WASM_PAGE_BYTES, 5), { maxPrivatePages: 50 });
    guest.fill(0, 1, 60 * PAGE_BYTES);
    slot.switchTo([]);
    expect(slot.stats()).toMatchObject({ privatePages: 0, restoredPages: 0 });
    guest.fill(0, 1, 60 * PAGE_BYTES);
    slot.switchTo([]);
    expect(slot.stats()).toMatchObject({ privatePages: 60, restoredPages: 60 });
  });

  test("a run that wrote much slows down the next switches, and not all that follow", () => {
    const { slot, guest } = openSlotMemory("scan", Buffer.alloc(32 * WASM_PAGE_BYTES, 5));
    guest.fill(0, 1, 500 * PAGE_BYTES);
    const copies: number[] = [];
    for (let n = 0; n < 100; n++) {
      slot.switchTo([]);
      copies.push(slot.stats().restoredPages);
      guest.fill(7 * PAGE_BYTES, 1, 1);
    }
    expect(copies[0]).toBe(500);
    expect(copies.slice(50)).toEqual(Array.from({ length: 50 }, () => 1));
  });
});

/** Asks the kernel how many 4 KiB pages of the mapping at an address are in memory. */
function presentPages(address: number): number {
  const mappings = readFileSync("/proc/self/smaps", "utf8").split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  const mapping = mappings.find((text) => Number.parseInt(text, 16) === address);
  return Number(/^Rss:\s+(\d+) kB$/m.exec(mapping ?? "")?.[1]) / 4;
}

test.runIf(strategies.includes("scan"))("reading a page of a slot maps that page and not those around it", () => {
  using base = BaseImage.create(randomImage(4 * WASM_PAGE_BYTES, randomFrom(5)), { backing: "memfd" });
  const { faultControl } = base;
  // If the kernel gives no userfaultfd, it maps sixteen pages, which is slower but right.
  const most = faultControl === undefined ? 16 : 1;
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });
  using slot = new SlotMemory(memory, base, { strategy: "scan" });
  slot.switchTo([]);
  const address = linuxCalls().addressOf(memory.buffer);
  const before = presentPages(address);
  expect(new Uint8Array(memory.buffer)[100_000]).toBe(base.bytes[100_000]);
  expect(presentPages(address) - before).toBeLessThanOrEqual(most);
  expect(presentPages(address) - before).toBeGreaterThan(0);
});

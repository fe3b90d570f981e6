/** Each test breaks the invariant of slot-memory.ts and sees that it is noticed. */
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { BaseImage } from "./base-image.ts";
import { makeGuest, strategies } from "./memory.fixture.ts";
import { WASM_PAGE_BYTES } from "./page-size.ts";
import { SlotMemory } from "./slot-memory.ts";
import type { MemoryStrategy } from "./strategy.ts";

function open(strategy: MemoryStrategy, memory: WebAssembly.Memory) {
  const image = Buffer.alloc(2 * WASM_PAGE_BYTES, 7);
  const base = BaseImage.create(image, { backing: strategy === "copy" ? "shared" : "memfd" });
  return { base, slot: new SlotMemory(memory, base, { strategy }) };
}

const newMemory = (pages = 2) => new WebAssembly.Memory({ initial: pages, maximum: 8 });

/** Puts another buffer in the place of the memory's own. */
function replaceBuffer(memory: WebAssembly.Memory, buffer: ArrayBuffer): void {
  Object.defineProperty(memory, "buffer", { value: buffer });
}

describe.each(strategies)("slot memory by %s", (strategy) => {
  test("a memory whose switch failed half-way is not used again", () => {
    const memory = newMemory();
    const { base, slot } = open(strategy, memory);
    makeGuest(memory).fill(0, 1, 10);
    const layers = [slot.capture([])];
    slot.switchTo(layers);
    base[Symbol.dispose]();
    expect(() => slot.switchTo(layers)).toThrow(expect.objectContaining({ code: "disposed" }));
    const torn = /COVERED.*failed half-way/;
    expect(() => slot.switchTo([])).toThrow(torn);
    expect(() => slot.capture([])).toThrow(torn);
    expect(() => slot.trim()).toThrow(torn);
    expect(() => slot.stats()).toThrow(torn);
    slot[Symbol.dispose]();
    expect(() => slot.switchTo([])).toThrow(expect.objectContaining({ code: "disposed" }));
  });

  test("a memory that becomes shorter is noticed", () => {
    const memory = newMemory();
    const { slot } = open(strategy, memory);
    replaceBuffer(memory, newMemory(1).buffer);
    expect(() => slot.switchTo([])).toThrow(/COVERED.*shorter/);
    expect(() => slot.capture([])).toThrow(/COVERED.*shorter/);
  });
});

test.each(strategies.filter((name) => name !== "copy"))("a memory by %s that moves is noticed", (strategy) => {
  const memory = newMemory();
  const { slot } = open(strategy, memory);
  replaceBuffer(memory, newMemory().buffer);
  expect(() => slot.switchTo([])).toThrow(/COVERED.*moved/);
});

test.runIf(strategies.includes("scan"))(
  "a page that another thread writes during a drop is noticed",
  async ({ signal }) => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 8, shared: true });
    const { slot } = open("scan", memory);
    const writer = new Worker(
      `const { parentPort, workerData } = require("node:worker_threads");
     const bytes = new Uint8Array(workerData.buffer);
     parentPort.postMessage("begins");
     for (;;) bytes[5]++;`,
      { eval: true, workerData: memory },
    );
    const trimUntilNoticed = async () => {
      while (!signal.aborted) {
        for (let round = 0; round < 1_000; round++) slot.trim();
        await setImmediate();
      }
    };
    try {
      await once(writer, "message");
      await expect(trimUntilNoticed()).rejects.toThrow(/COVERED.*private after a drop/);
    } finally {
      await writer.terminate();
    }
  },
);

import { describe, expect, test } from "vitest";
import { Delta } from "./delta.ts";
import { ImageError } from "./image-error.ts";
import {
  MAXIMUM_PAGES,
  makeGuest,
  openSlotMemory,
  randomFrom,
  randomImage,
  strategies,
  unavailable,
} from "./memory.fixture.ts";
import { PAGE_BYTES, WASM_PAGE_BYTES } from "./page-size.ts";
import { SlotMemory } from "./slot-memory.ts";

/** Compares two buffers. A failure does not print a megabyte. */
function expectEqual(actual: Buffer, expected: Buffer): void {
  expect(actual.length).toBe(expected.length);
  if (actual.equals(expected)) return;
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  throw new Error(`byte ${at} (page ${Math.floor(at / PAGE_BYTES)}) is ${actual[at]}, expected ${expected[at]}`);
}

const padded = (bytes: Buffer, length: number) => Buffer.concat([bytes], length);

describe(`strategies that do not work here: ${unavailable || "none"}`, () => {
  test("the portable one always works", () => expect(strategies).toContain("copy"));
});

describe.each(strategies)("slot memory by %s", (strategy) => {
  test.each([1, 2, 3])("2,500 random steps agree with plain copies (seed %i)", (seed) => {
    const random = randomFrom(seed);
    const image = randomImage(5 * WASM_PAGE_BYTES - 700, random);
    // The bound is low, so that the test takes both ways of restoring pages.
    const { base, memory, slot, guest, bytes } = openSlotMemory(strategy, image, {
      extendBytes: 2 * WASM_PAGE_BYTES,
      maxPrivatePages: 40,
    });

    /** Layers, and what the memory must hold after a switch to them. */
    interface State {
      layers: readonly Delta[];
      expected: Buffer;
    }
    const start: State = { layers: [], expected: padded(image, base.byteLength) };
    const states: State[] = [start];
    let state = start;
    expectEqual(bytes(), start.expected);

    for (let step = 0; step < 2500; step++) {
      switch (random(10)) {
        case 0:
          if (random(12) === 0 && memory.buffer.byteLength < 20 * WASM_PAGE_BYTES) guest.grow(random(3));
          break;
        case 1:
        case 2:
        case 3: {
          for (let i = random(12); i > 0; i--) {
            const length = 1 + random(random(8) === 0 ? 9000 : 40);
            guest.fill(random(memory.buffer.byteLength - length), random(256), length);
          }
          break;
        }
        case 4: {
          const before = padded(bytes(), memory.buffer.byteLength);
          const layers = random(2) === 0 ? [] : state.layers;
          if (layers.length > 3) break;
          const delta = slot.capture(layers);
          expectEqual(bytes(), before);
          states.push({ layers: [...layers, Delta.decode(Buffer.from(delta.bytes))], expected: before });
          if (states.length > 12) states.splice(1 + random(11), 1);
          break;
        }
        case 5:
          if (random(6) === 0) slot.trim(random(2) * 20);
          break;
        case 6:
        case 7:
          slot.switchTo([...state.layers]);
          expectEqual(bytes(), padded(state.expected, memory.buffer.byteLength));
          break;
        default:
          state = states[random(states.length)]!;
          slot.switchTo(state.layers);
          expectEqual(bytes(), padded(state.expected, memory.buffer.byteLength));
      }
    }
    slot[Symbol.dispose]();
    base[Symbol.dispose]();
  });

  test("a request grows the memory; the next, smaller image reads zero there", () => {
    const { base, memory, slot, guest, bytes } = openSlotMemory(strategy, Buffer.alloc(2 * WASM_PAGE_BYTES, 7));
    slot.switchTo([]);
    expect(guest.grow(5)).toBe(2);
    guest.fill(WASM_PAGE_BYTES, 9, 6 * WASM_PAGE_BYTES);
    const large = slot.capture([]);
    expect(large.wasmPages).toBe(7);
    slot.switchTo([]);
    expectEqual(bytes(), padded(Buffer.alloc(2 * WASM_PAGE_BYTES, 7), 7 * WASM_PAGE_BYTES));
    expect(memory.buffer.byteLength).toBe(7 * WASM_PAGE_BYTES);

    // Another slot, which never grew, grows to the image's length.
    const other = new WebAssembly.Memory({ initial: 2, maximum: MAXIMUM_PAGES });
    const second = new SlotMemory(other, base, { strategy });
    second.switchTo([large]);
    expect(
      Buffer.from(other.buffer)
        .subarray(WASM_PAGE_BYTES)
        .every((byte) => byte === 9),
    ).toBe(true);
    expect(other.buffer.byteLength).toBe(7 * WASM_PAGE_BYTES);
    second.switchTo([]);
    expect(
      Buffer.from(other.buffer)
        .subarray(2 * WASM_PAGE_BYTES)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  test("growth by nothing, which replaces the buffer all the same, is followed", () => {
    const { slot, guest, bytes } = openSlotMemory(strategy, Buffer.alloc(WASM_PAGE_BYTES, 1));
    for (let i = 0; i < 20; i++) {
      guest.fill(i * 3200, 200, 100);
      guest.grow(0);
      guest.fill(i * 3000, 201, 100);
      slot.switchTo([]);
      expectEqual(bytes(), Buffer.alloc(WASM_PAGE_BYTES, 1));
    }
  });

  test("a suspended request is put aside, another tenant runs, and the request goes on", () => {
    const { slot, guest, bytes } = openSlotMemory(strategy, randomImage(4 * WASM_PAGE_BYTES, randomFrom(9)));
    guest.fill(10_000, 1, 50);
    const first = slot.capture([]);
    slot.switchTo([]);
    guest.fill(100_000, 2, 5000);
    const second = slot.capture([]);

    slot.switchTo([first]);
    guest.fill(10_020, 3, 5);
    guest.fill(200_000, 4, 3);
    const waiting = Buffer.from(bytes());
    const context = slot.capture([first]);
    expect(context.pageCount).toBe(2);
    expect(context.bytes.length).toBeLessThan(40);

    slot.switchTo([second]);
    expect([...bytes().subarray(10_018, 10_026)]).not.toContain(3);
    guest.fill(0, 5, 100_000);
    slot.switchTo([first, context]);
    expectEqual(bytes(), waiting);
  });

  test("capture compares with layers that were never switched in, and after a trim", () => {
    const { slot, guest, bytes } = openSlotMemory(strategy, Buffer.alloc(2 * WASM_PAGE_BYTES, 3));
    guest.fill(5000, 8, 10);
    const tenant = slot.capture([]);
    slot.switchTo([]);
    const undo = slot.capture([tenant]);
    slot.switchTo([tenant]);
    slot.switchTo([tenant]);
    slot.trim();
    slot.switchTo([tenant, undo]);
    expectEqual(bytes(), Buffer.alloc(2 * WASM_PAGE_BYTES, 3));
  });

  test("an array of layers that its owner changes is not taken for the same layers", () => {
    const { slot, guest, bytes } = openSlotMemory(strategy, Buffer.alloc(WASM_PAGE_BYTES, 3));
    const tenants = [1, 2].map((value) => {
      slot.switchTo([]);
      guest.fill(value * 10_000, value, 100);
      return { delta: slot.capture([]), expected: Buffer.from(bytes()) };
    });
    const layers: Delta[] = [];
    for (let round = 0; round < 6; round++) {
      const { delta, expected } = tenants[round % 2]!;
      layers[0] = delta;
      slot.switchTo(layers);
      expectEqual(bytes(), expected);
    }
  });

  test("runs that write much are put back exactly, whatever the bound on private pages", () => {
    const image = randomImage(16 * WASM_PAGE_BYTES, randomFrom(4));
    const { slot, guest, bytes } = openSlotMemory(strategy, image, { maxPrivatePages: 10 });
    guest.fill(30_000, 77, 300);
    const tenant = slot.capture([]);
    const expected = Buffer.from(bytes());
    for (let round = 0; round < 12; round++) {
      slot.switchTo([tenant]);
      expectEqual(bytes(), expected);
      guest.fill(0, round, (round % 4) * 250_000);
    }
  });

  test("more separate pages than one scan returns are all put back", () => {
    const image = Buffer.alloc(32 * WASM_PAGE_BYTES, 1);
    const { slot, guest, bytes } = openSlotMemory(strategy, image, { maxPrivatePages: 100_000 });
    guest.grow(48);
    const pages = bytes().length / PAGE_BYTES;
    // Every second page is written: 640 ranges that cannot be joined.
    for (let page = 0; page < pages; page += 2) guest.fill(page * PAGE_BYTES + 5, 2, 1);
    const delta = slot.capture([]);
    expect(delta.pageCount).toBe(pages / 2);
    slot.switchTo([]);
    expectEqual(bytes(), padded(image, bytes().length));
    slot.switchTo([delta]);
    expect(bytes().filter((byte) => byte === 2).length).toBe(pages / 2);
  });

  test("two slots on one base do not see each other", () => {
    const { base, slot, guest, bytes } = openSlotMemory(strategy, Buffer.alloc(WASM_PAGE_BYTES, 5));
    const other = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const second = new SlotMemory(other, base, { strategy });
    guest.fill(0, 1, WASM_PAGE_BYTES);
    expectEqual(Buffer.from(other.buffer), Buffer.alloc(WASM_PAGE_BYTES, 5));
    makeGuest(other).fill(0, 2, 10);
    second.switchTo([]);
    expectEqual(bytes(), Buffer.alloc(WASM_PAGE_BYTES, 1));
    slot.switchTo([]);
    expectEqual(bytes(), Buffer.alloc(WASM_PAGE_BYTES, 5));
    expectEqual(base.bytes, Buffer.alloc(WASM_PAGE_BYTES, 5));
  });

  test("an image beyond the memory's maximum is refused as such", () => {
    const { base, slot, guest } = openSlotMemory(strategy, Buffer.alloc(WASM_PAGE_BYTES, 5));
    guest.grow(3);
    const large = slot.capture([]);
    const small = new SlotMemory(new WebAssembly.Memory({ initial: 1, maximum: 2 }), base, { strategy });
    expect(() => small.switchTo([large])).toThrow(expect.objectContaining({ code: "memory-limit" }));
    expect(() => small.capture([large])).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });

  test("the guest's own length can be told, if nothing differs beyond it", () => {
    const { slot, guest } = openSlotMemory(strategy, Buffer.alloc(WASM_PAGE_BYTES, 5));
    guest.grow(3);
    guest.fill(WASM_PAGE_BYTES, 1, 10);
    expect(slot.capture([], { wasmPages: 2 }).wasmPages).toBe(2);
    expect(() => slot.capture([], { wasmPages: 1 })).toThrow(expect.objectContaining({ code: "written-beyond" }));
  });

  test("a memory shorter than the base image is refused; a disposed slot too", () => {
    const { base, slot } = openSlotMemory(strategy, Buffer.alloc(2 * WASM_PAGE_BYTES));
    const short = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    expect(() => new SlotMemory(short, base, { strategy })).toThrow(ImageError);
    slot[Symbol.dispose]();
    slot[Symbol.dispose]();
    expect(() => slot.switchTo([])).toThrow(expect.objectContaining({ code: "disposed" }));
  });
});

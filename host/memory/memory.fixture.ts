/** Shared by the tests of this folder. */
import { BaseImage } from "./base-image.ts";
import { WASM_PAGE_BYTES } from "./page-size.ts";
import { probeMemoryStrategy } from "./probe.ts";
import { SlotMemory } from "./slot-memory.ts";
import type { MemoryStrategy } from "./strategy.ts";

const ALL: readonly MemoryStrategy[] = ["scan", "remap", "copy"];

/** The strategies that work on this machine. */
export const strategies: readonly MemoryStrategy[] = ALL.filter((name) => !(name in probeMemoryStrategy().unavailable));
/** Why the other strategies do not work: for the name of a test. */
export const unavailable: string = ALL.filter((name) => !strategies.includes(name))
  .map((name) => `${name}: ${probeMemoryStrategy().unavailable[name]}`)
  .join("; ");

/** Generates whole numbers below a limit (mulberry32). Equal seeds give equal numbers. */
export function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

/** Makes an image in which some pages are full, some hold a few bytes and some are zero. */
export function randomImage(bytes: number, random: (limit: number) => number): Buffer {
  const image = Buffer.alloc(bytes);
  for (let page = 0; page < bytes; page += 4096) {
    const kind = random(3);
    const count = kind === 0 ? 4096 : kind === 1 ? random(40) : 0;
    for (let i = 0; i < count; i++) image[page + (count === 4096 ? i : random(4096))] = random(256);
  }
  return image;
}

/**
 * A guest that imports the memory as m.m:
 * (func (export "grow") (param i32) (result i32) local.get 0 memory.grow)
 * (func (export "fill") (param i32 i32 i32) local.get 0 local.get 1 local.get 2 memory.fill)
 */
const guestModule = new WebAssembly.Module(
  Buffer.from(
    "0061736d01000000" +
      "010c0260017f017f60037f7f7f00" +
      "020a01016d016d020101e807" +
      "0303020001" +
      "070f020467726f7700000466696c6c0001" +
      "0a14020600200040000b0b00200020012002fc0b000b",
    "hex",
  ),
);

export interface Guest {
  /** Grows the memory by pages of 64 KiB. @returns the old length, or -1 */
  grow(wasmPages: number): number;
  fill(address: number, value: number, length: number): void;
}

export function makeGuest(memory: WebAssembly.Memory): Guest {
  const instance = new WebAssembly.Instance(guestModule, { m: { m: memory } });
  return instance.exports as unknown as Guest;
}

/** 64 KiB wasm pages that the memories of `openSlotMemory` may grow to. */
export const MAXIMUM_PAGES = 80;

/** Opens a slot's memory on a new base image. */
export function openSlotMemory(
  strategy: MemoryStrategy,
  image: Buffer,
  options: { extendBytes?: number; maxPrivatePages?: number } = {},
) {
  const backing = strategy === "copy" ? "shared" : "memfd";
  const base = BaseImage.create(image, { backing, extendBytes: options.extendBytes ?? 0 });
  const memory = new WebAssembly.Memory({ initial: base.byteLength / WASM_PAGE_BYTES, maximum: MAXIMUM_PAGES });
  const { maxPrivatePages } = options;
  const slot = new SlotMemory(memory, base, {
    strategy,
    ...(maxPrivatePages === undefined ? {} : { maxPrivatePages }),
  });
  return { base, memory, slot, guest: makeGuest(memory), bytes: () => Buffer.from(memory.buffer) };
}

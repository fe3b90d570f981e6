import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BaseImage, type BaseImageDescriptor } from "./base-image.ts";
import { randomFrom, randomImage, strategies } from "./memory.fixture.ts";
import { WASM_PAGE_BYTES } from "./page-size.ts";
import { SlotMemory } from "./slot-memory.ts";

const backings = strategies.includes("remap") ? (["memfd", "shared"] as const) : (["shared"] as const);

describe.each(backings)("base image in %s", (backing) => {
  test("holds the bytes, then zeros up to a multiple of 64 KiB", () => {
    const image = randomImage(3 * WASM_PAGE_BYTES, randomFrom(1)).subarray(0, 150_001);
    using base = BaseImage.create(image, { extendBytes: 100_000, backing });
    expect(base.byteLength).toBe(4 * WASM_PAGE_BYTES);
    expect(base.bytes.equals(Buffer.concat([image], 4 * WASM_PAGE_BYTES))).toBe(true);
  });

  test("opens from a posted descriptor and outlives its maker's hold", () => {
    const image = randomImage(WASM_PAGE_BYTES, randomFrom(2));
    const base = BaseImage.create(image, { backing });
    const opened = BaseImage.open(structuredClone(base.descriptor()));
    base[Symbol.dispose]();
    base[Symbol.dispose]();
    expect(() => base.bytes).toThrow(expect.objectContaining({ code: "disposed" }));
    expect(() => base.descriptor()).toThrow(expect.objectContaining({ code: "disposed" }));
    expect(opened.bytes.equals(image)).toBe(true);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    using slot = new SlotMemory(memory, opened);
    Buffer.from(memory.buffer).fill(3);
    slot.switchTo([]);
    opened[Symbol.dispose]();
    expect(Buffer.from(memory.buffer).equals(image)).toBe(true);
  });

  test("impossible lengths are refused", () => {
    const options = (extendBytes: number) => ({ extendBytes, backing });
    for (const extendBytes of [0, -1, Number.NaN, 2 ** 32 + 1]) {
      expect(() => BaseImage.create(new Uint8Array(0), options(extendBytes))).toThrow(
        expect.objectContaining({ code: "invalid-argument" }),
      );
    }
  });
});

describe.runIf(strategies.includes("remap"))("the memory file", () => {
  const fileOf = ({ backing }: BaseImageDescriptor) => {
    if (backing.kind !== "memfd") throw new Error("not a memory file");
    return backing;
  };

  test("is sealed: nobody writes it", () => {
    using base = BaseImage.create(Buffer.alloc(WASM_PAGE_BYTES, 1), { backing: "memfd" });
    const { fd } = fileOf(base.descriptor());
    expect(() => writeSync(fd, Buffer.from("x"), 0, 1, 0)).toThrow(/EBADF/);
    const writable = openSync(`/proc/self/fd/${fd}`, "r+");
    expect(() => writeSync(writable, Buffer.from("x"), 0, 1, 0)).toThrow(/EPERM/);
    expect(() => ftruncateSync(writable, 0)).toThrow(/EPERM/);
    closeSync(writable);
  });

  test("another file under the descriptor's number is not taken for the image", () => {
    const base = BaseImage.create(Buffer.alloc(WASM_PAGE_BYTES, 1), { backing: "memfd" });
    const descriptor = base.descriptor();
    using other = BaseImage.create(Buffer.alloc(WASM_PAGE_BYTES, 2), { backing: "memfd" });
    const stolen = { ...descriptor, backing: { ...fileOf(descriptor), fd: fileOf(other.descriptor()).fd } };
    const closed = { ...descriptor, backing: { ...fileOf(descriptor), fd: 99_999 } };
    base[Symbol.dispose]();
    expect(() => BaseImage.open(stolen)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
    expect(() => BaseImage.open(closed)).toThrow(expect.objectContaining({ code: "platform" }));
  });

  test("an image without a file has no mapped slots", () => {
    using base = BaseImage.create(Buffer.alloc(WASM_PAGE_BYTES, 1), { backing: "shared" });
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    expect(new SlotMemory(memory, base).strategy).toBe("copy");
    expect(() => new SlotMemory(memory, base, { strategy: "remap" })).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});

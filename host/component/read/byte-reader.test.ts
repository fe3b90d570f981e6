import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "../write/byte-writer.ts";
import { ByteReader } from "./byte-reader.ts";
import type { ComponentError } from "./component-error.ts";

const reader = (...bytes: number[]) => new ByteReader(new Uint8Array(bytes), { base: 100 });

function refusal(read: () => unknown): ComponentError {
  try {
    read();
  } catch (error) {
    return error as ComponentError;
  }
  throw new Error("nothing was thrown");
}

describe("integers", () => {
  it("are read as they were written", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.string({ unit: "grapheme" }),
        (u32, s32, s64, name) => {
          const bytes = new ByteWriter().u32(u32).s32(s32).s64(s64).s32(s32).name(name).finish();
          const from = new ByteReader(bytes);
          expect([from.u32(), from.s32(), from.s64(), from.s33(), from.name()]).toEqual([u32, s32, s64, s32, name]);
          expect(from.atEnd).toBe(true);
        },
      ),
    );
  });

  it("may be padded to their full length, and no further", () => {
    expect(reader(0x81, 0x80, 0x80, 0x80, 0x00).u32()).toBe(1);
    expect(refusal(() => reader(0x81, 0x80, 0x80, 0x80, 0x80, 0x00).u32())).toMatchObject({
      kind: "malformed",
      offset: 100,
    });
    expect(reader(0xff, 0xff, 0xff, 0xff, 0x7f).s32()).toBe(-1);
    expect(reader(0x80, 0x80, 0x80, 0x80, 0x00).s32()).toBe(0);
    expect(refusal(() => reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x00).s32()).kind).toBe("malformed");
  });

  it.each([
    ["u32 with a 33rd bit", () => reader(0xff, 0xff, 0xff, 0xff, 0x1f).u32()],
    ["s32 whose unused bits do not repeat the sign", () => reader(0xff, 0xff, 0xff, 0xff, 0x0f).s32()],
    ["s32 with a stray bit", () => reader(0x80, 0x80, 0x80, 0x80, 0x10).s32()],
    ["s33 with a stray bit", () => reader(0x80, 0x80, 0x80, 0x80, 0x20).s33()],
    ["s64 with a stray bit", () => reader(...new Array(9).fill(0x80), 0x02).s64()],
    ["s64 of eleven bytes", () => reader(...new Array(10).fill(0x80), 0x00).s64()],
    ["u32 that ends early", () => reader(0x80, 0x80).u32()],
  ])("refuses a %s", (_, read) => {
    expect(refusal(read).kind).toBe("malformed");
  });

  it("reads the ends of the ranges", () => {
    expect(reader(0xff, 0xff, 0xff, 0xff, 0x0f).u32()).toBe(0xffff_ffff);
    expect(reader(0x80, 0x80, 0x80, 0x80, 0x78).s32()).toBe(-0x8000_0000);
    expect(reader(0x80, 0x80, 0x80, 0x80, 0x70).s33()).toBe(-0x1_0000_0000);
    expect(reader(...new Array(9).fill(0x80), 0x7f).s64()).toBe(-(2n ** 63n));
  });
});

describe("names, counts and parts", () => {
  it("refuses names that are not UTF-8, at their length", () => {
    const from = reader(0x00, 0x02, 0xc3, 0x28);
    from.u8();
    expect(refusal(() => from.name())).toMatchObject({ kind: "malformed", offset: 101 });
  });

  it("keeps a byte order mark", () => {
    expect(reader(3, 0xef, 0xbb, 0xbf).name()).toBe("\ufeff");
  });

  it("refuses a count that the rest cannot hold", () => {
    expect(refusal(() => reader(0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3).count("things"))).toMatchObject({ offset: 100 });
    expect(refusal(() => reader(3, 1, 2, 3).count("things", 2)).message).toContain(
      "3 things are announced, and 3 bytes",
    );
    expect(reader(3, 1, 2, 3).count("things")).toBe(3);
  });

  it("keeps a part's reader inside it", () => {
    const from = reader(2, 0x80, 0x80, 0x01);
    const part = from.sub(from.u32());
    expect(from.offset).toBe(103);
    expect(refusal(() => part.u32())).toMatchObject({ kind: "malformed", offset: 103 });
    expect(refusal(() => from.sub(9, "a section"))).toMatchObject({ offset: 103 });
  });
});

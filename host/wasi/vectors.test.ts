import { describe, expect, it } from "vitest";
import { vectors } from "./vectors.ts";

const memory = new ArrayBuffer(64);
const words = new Uint32Array(memory);
const bytes = Buffer.from(memory);

function pieces(...list: [at: number, length: number][]): string[] {
  words.set(list.flat());
  return [...vectors(memory, 0, list.length)].map((piece) => Buffer.from(piece).toString());
}

describe("the pieces of a write", () => {
  it("are views of the memory, in their order", () => {
    bytes.write("one, two", 40);
    expect(pieces([45, 3], [40, 3], [64, 0])).toEqual(["two", "one", ""]);
    expect(pieces()).toEqual([]);
    for (const piece of vectors(memory, 0, 1)) expect(piece.buffer).toBe(memory);
  });

  it("may not lead out of the memory, nor may their list", () => {
    expect(() => pieces([60, 5])).toThrow(RangeError);
    expect(() => pieces([-1, 1])).toThrow(RangeError);
    expect(() => [...vectors(memory, 60, 1)]).toThrow(RangeError);
    expect(() => [...vectors(memory, -8, 1)]).toThrow(RangeError);
  });
});

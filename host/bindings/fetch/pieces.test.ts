import { expect, test } from "vitest";
import { Pieces } from "./pieces.ts";

test.each([
  ["single bytes", 200_000, () => 1],
  ["pieces of all sizes", 200, (n: number) => n * 17],
  ["large pieces", 5, () => 300_000],
])("%s come out as they went in, and take little more than they have", (_, count, sizeOf) => {
  let held = 0;
  let times = 0;
  const pieces = new Pieces((bytes) => {
    held += bytes;
    times++;
  });
  const all: Buffer[] = [];
  for (let n = 0; n < count; n++) {
    const piece = Buffer.alloc(sizeOf(n), n % 251);
    all.push(piece);
    pieces.add(piece);
  }
  const expected = Buffer.concat(all);
  expect(pieces.length).toBe(expected.length);
  expect(expected.equals(pieces.joined())).toBe(true);
  expect(held).toBeGreaterThanOrEqual(expected.length);
  expect(held).toBeLessThanOrEqual(expected.length + 64 * 1024);
  expect(times).toBeLessThanOrEqual(Math.min(count, 70));
});

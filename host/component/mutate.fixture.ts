import fc from "fast-check";

/** A change of an input. Its place is a fraction of the length, so that it shrinks with the input. */
type Change = { at: number; kind: "set" | "insert" | "remove"; value: number };

export const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  kind: fc.constantFrom("set", "insert", "remove"),
  value: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0x7f, 0x80, 0xff)),
});

export function mutate(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  let result = [...bytes];
  for (const { at, kind, value } of changes) {
    const index = Math.floor(at * result.length);
    if (kind === "set") result[index] = value;
    else if (kind === "insert") result = result.toSpliced(index, 0, value);
    else result = result.toSpliced(index, 1);
  }
  return new Uint8Array(result);
}

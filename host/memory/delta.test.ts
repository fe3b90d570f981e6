import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Delta } from "./delta.ts";
import { DeltaWriter } from "./delta-writer.ts";
import { ImageError } from "./image-error.ts";
import { PAGE_BYTES, PAGES_PER_WASM_PAGE, WASM_PAGE_BYTES } from "./page-size.ts";

/** Writes of [address, bytes] to a memory of two wasm pages. */
const writes = fc.array(
  fc.tuple(
    fc.nat(2 * WASM_PAGE_BYTES - 1),
    fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.uint8Array({ maxLength: 6000 })),
  ),
  { maxLength: 30 },
);

function write(memory: Buffer, list: readonly (readonly [number, Uint8Array])[]): Buffer {
  for (const [address, bytes] of list) memory.set(bytes.subarray(0, memory.length - address), address);
  return memory;
}

function difference(current: Buffer, reference: Buffer): Delta {
  const writer = new DeltaWriter();
  for (let at = 0; at < current.length; at += PAGE_BYTES) writer.addPage(at / PAGE_BYTES, current, at, reference, at);
  return writer.finish(current.length / WASM_PAGE_BYTES);
}

describe("delta", () => {
  test("applied to the reference gives the memory it was made from", () => {
    fc.assert(
      fc.property(writes, writes, (before, after) => {
        const reference = write(Buffer.alloc(2 * WASM_PAGE_BYTES), before);
        const current = write(Buffer.from(reference), after);
        const delta = Delta.decode(difference(current, reference).bytes);
        const memory = Buffer.from(reference);
        delta.applyTo(memory);
        expect(memory.equals(current)).toBe(true);

        const pages = delta.pages();
        expect([...pages]).toEqual([...pages].sort((a, b) => a - b));
        const packed = Buffer.concat(
          [...pages].map((page) => reference.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES)),
        );
        delta.applyToPages(pages, packed);
        for (const [index, page] of pages.entries()) {
          expect(
            packed.compare(
              current,
              page * PAGE_BYTES,
              (page + 1) * PAGE_BYTES,
              index * PAGE_BYTES,
              (index + 1) * PAGE_BYTES,
            ),
          ).toBe(0);
        }
        for (let page = 0; page < 2 * PAGES_PER_WASM_PAGE; page++) {
          const same =
            current.compare(
              reference,
              page * PAGE_BYTES,
              (page + 1) * PAGE_BYTES,
              page * PAGE_BYTES,
              (page + 1) * PAGE_BYTES,
            ) === 0;
          expect(pages.includes(page)).toBe(!same);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("takes a few bytes for a few changes", () => {
    const reference = Buffer.alloc(WASM_PAGE_BYTES);
    const current = Buffer.from(reference);
    for (let i = 0; i < 20; i++) current.writeUInt32LE(0x01020304, i * 64);
    expect(difference(current, reference).bytes.length).toBeLessThan(20 * 6 + 16);
    expect(difference(reference, reference).bytes.length).toBe(6);
  });

  test("the same difference gives the same bytes", () => {
    const reference = Buffer.alloc(WASM_PAGE_BYTES);
    const current = Buffer.alloc(WASM_PAGE_BYTES, 3);
    expect(Buffer.from(difference(current, reference).bytes).equals(difference(current, reference).bytes)).toBe(true);
  });

  test("does not fit a shorter memory", () => {
    const delta = difference(Buffer.alloc(2 * WASM_PAGE_BYTES, 1), Buffer.alloc(2 * WASM_PAGE_BYTES));
    expect(() => delta.applyTo(Buffer.alloc(WASM_PAGE_BYTES))).toThrow(ImageError);
  });
});

describe("malformed deltas", () => {
  const good = difference(
    write(Buffer.alloc(2 * WASM_PAGE_BYTES), [
      [100, Buffer.alloc(300, 1)],
      [9000, Buffer.alloc(5000, 2)],
      [100_000, Buffer.from("abc")],
    ]),
    Buffer.alloc(2 * WASM_PAGE_BYTES),
  ).bytes;

  /** Decodes bytes. A delta that is accepted is applied to a memory of its length, which must neither throw nor hang. */
  function readAndApply(bytes: Uint8Array): "refused" | "applied" {
    let delta: Delta;
    try {
      delta = Delta.decode(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(ImageError);
      expect(error).toMatchObject({ code: "malformed-delta", offset: expect.any(Number) });
      return "refused";
    }
    if (delta.wasmPages > 64) return "applied";
    const length = delta.wasmPages * WASM_PAGE_BYTES;
    const memory = Buffer.alloc(length + PAGE_BYTES);
    delta.applyTo(memory.subarray(0, length));
    expect(memory.subarray(length).every((byte) => byte === 0)).toBe(true);
    return "applied";
  }

  test("every truncation is refused", () => {
    for (let length = 0; length < good.length; length++) expect(readAndApply(good.subarray(0, length))).toBe("refused");
    expect(readAndApply(good)).toBe("applied");
    expect(readAndApply(Buffer.concat([good, Buffer.from([0])]))).toBe("refused");
  });

  test("changed bytes are refused or stay within the memory", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          readAndApply(bytes);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test("random bytes behind a good magic are refused or stay within the memory", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readAndApply(Buffer.concat([Buffer.from("PLD1"), bytes]));
      }),
      { numRuns: 1500 },
    );
  });

  const header = [...Buffer.from("PLD1")];
  test.each([
    ["another magic", [0x50, 0x4c, 0x44, 0x32, 1, 0]],
    ["nothing", []],
    ["a memory beyond 4 GiB", [...header, 0x81, 0x80, 0x04, 0]],
    ["more pages than bytes", [...header, 1, 16]],
    ["more pages than the memory", [...header, 0, 1, 0, 3, 0, 1, 9]],
    ["a page beyond the memory", [...header, 1, 1, 16, 3, 0, 1, 9]],
    ["a page without runs", [...header, 1, 1, 0, 0, 0, 0, 0]],
    ["an empty run", [...header, 1, 1, 0, 3, 0, 0, 9]],
    ["a run that leaves its page", [...header, 1, 1, 0, 5, 0xff, 0x1f, 2, 9, 9]],
    ["a run beyond its page's size", [...header, 1, 1, 0, 3, 0, 2, 9, 9]],
    ["a number that does not end", [...header, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]],
  ])("%s is refused", (_name, bytes) => {
    expect(readAndApply(Uint8Array.from(bytes))).toBe("refused");
  });
});

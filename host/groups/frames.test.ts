import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame, FRAME_LIMIT_BYTES, FrameReader } from "./frames.ts";

const messages = fc.array(
  fc.tuple(fc.record({ kind: fc.string(), more: fc.jsonValue() }), fc.uint8Array({ maxLength: 300 })),
);

function read(chunks: readonly Buffer[]): [unknown, Uint8Array][] {
  const found: [unknown, Uint8Array][] = [];
  const reader = new FrameReader((head, body) => found.push([head, body]));
  for (const chunk of chunks) reader.take(chunk);
  return found;
}

test("frames come out as they went in, wherever the bytes are cut", () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 40 }), (sent, size) => {
      const bytes = Buffer.concat(sent.map(([head, body]) => encodeFrame(head, body)));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const expected = sent.map(([head, body]) => [JSON.parse(JSON.stringify(head)), body]);
      expect(read(chunks)).toEqual(expected);
      expect(read([bytes])).toEqual(expected);
    }),
  );
});

test("a body can be transferred, because it shares its memory with no other", () => {
  const [first, second] = read([
    Buffer.concat([encodeFrame({}, Buffer.from("one")), encodeFrame({}, Buffer.from("two"))]),
  ]);
  structuredClone(first![1], { transfer: [first![1].buffer as ArrayBuffer] });
  expect(Buffer.from(second![1]).toString()).toBe("two");
});

test("bytes that are no frames are refused before they are kept", () => {
  const tooLong = Buffer.alloc(8);
  tooLong.writeUInt32LE(FRAME_LIMIT_BYTES, 0);
  expect(() => read([tooLong])).toThrow("sends no frames");
  const headBeyondEnd = Buffer.alloc(16);
  headBeyondEnd.writeUInt32LE(2, 0);
  headBeyondEnd.writeUInt32LE(3, 4);
  expect(() => read([headBeyondEnd])).toThrow("sends no frames");
  expect(() => read([encodeFrame({}).fill("{", 8)])).toThrow(SyntaxError);
});

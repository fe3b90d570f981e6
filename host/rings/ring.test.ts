import fc from "fast-check";
import { expect, test } from "vitest";
import { createRing, FRAME_HEAD, largestFrame, READ, WRITTEN } from "./ring.ts";
import { NO_FRAME, RingReader } from "./ring-reader.ts";
import { NO_ROOM, RingWriter } from "./ring-writer.ts";

const CAPACITY = 256;
const KIND = 7;

/** @param position where the ring's positions begin, a multiple of 8 */
function ringAt(position: number) {
  const buffer = createRing(CAPACITY);
  const control = new Int32Array(buffer);
  control[WRITTEN] = position;
  control[READ] = position;
  return { writer: new RingWriter(buffer), reader: new RingReader(buffer) };
}

/** Writes a frame whose content is its stream's number, again and again. */
function write(writer: RingWriter, stream: number, content: number): boolean {
  const at = writer.reserve(KIND, stream, FRAME_HEAD + content);
  if (at === NO_ROOM) return false;
  writer.memory.bytes.fill(stream & 0xff, at + FRAME_HEAD, at + FRAME_HEAD + content);
  return true;
}

/** @returns the stream of the next frame, whose content must be that of `write`; null if there is none */
function read(reader: RingReader): number | null {
  const at = reader.next();
  if (at === NO_FRAME) return null;
  const { words, bytes } = reader.memory;
  const size = words[at >> 2]!;
  const stream = words[(at >> 2) + 2]!;
  expect(words[(at >> 2) + 1]).toBe(KIND);
  const content = bytes.subarray(at + FRAME_HEAD, at + size - 7);
  expect(content.every((byte) => byte === (stream & 0xff))).toBe(true);
  reader.release();
  return stream;
}

const sizes = fc.integer({ min: 0, max: largestFrame(CAPACITY) - FRAME_HEAD });
const commands = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("write" as const), size: sizes }),
    fc.record({ do: fc.constant("publish" as const) }),
    fc.record({ do: fc.constant("read" as const) }),
  ),
  { maxLength: 200 },
);
/** Near 0, and near the places where a position no longer fits into 31 and into 32 bits. */
const positions = fc.integer({ min: -40, max: 40 }).chain((n) => fc.constantFrom(8 * n, (0x7ffffff8 + 8 * n) | 0));

test("frames come in order and whole, with any sizes, gaps and wrap-arounds; what is not published is not seen", () => {
  fc.assert(
    fc.property(positions, commands, (position, list) => {
      const { writer, reader } = ringAt(position);
      const reserved: number[] = [];
      const published: number[] = [];
      let stream = 0;
      for (const command of list) {
        if (command.do === "write") {
          if (write(writer, ++stream, command.size)) reserved.push(stream);
          // A ring that is empty takes every frame.
          else expect(reserved.length + published.length).toBeGreaterThan(0);
        } else if (command.do === "publish") {
          writer.publish();
          published.push(...reserved.splice(0));
        } else {
          expect(read(reader)).toBe(published.shift() ?? null);
        }
      }
      writer.publish();
      for (const expected of [...published, ...reserved]) expect(read(reader)).toBe(expected);
      expect(read(reader)).toBeNull();
    }),
  );
});

test("a full ring refuses, and takes a frame again when its reader is done with one", () => {
  const { writer, reader } = ringAt(0);
  let written = 0;
  while (write(writer, written + 1, 48)) written++;
  expect(written).toBe(CAPACITY / (48 + FRAME_HEAD));
  writer.publish();
  expect(read(reader)).toBe(1);
  expect(write(writer, 99, 48)).toBe(true);
  expect(write(writer, 100, 0)).toBe(false);
});

test("a frame larger than half of the ring is refused, for it might never find room", () => {
  const { writer } = ringAt(0);
  expect(() => writer.reserve(KIND, 1, largestFrame(CAPACITY) + 1)).toThrow("a frame of");
});

test("a reader learns that its writer wants room, once", () => {
  const { writer, reader } = ringAt(0);
  expect(reader.roomIsWanted()).toBe(false);
  writer.wantRoom();
  expect([reader.roomIsWanted(), reader.roomIsWanted()]).toEqual([true, false]);
});

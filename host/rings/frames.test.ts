import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogLine } from "../protocol/log-line.ts";
import { readAnswer, writeAnswer } from "./answer-frame.ts";
import { readPiece, writePiece } from "./body-pieces.ts";
import { readRequest, writeRequest } from "./request-frame.ts";
import { createRing } from "./ring.ts";
import { RingReader } from "./ring-reader.ts";
import { NO_ROOM, RingWriter } from "./ring-writer.ts";

const CAPACITY = 4096;
const STEP = 5;

function openBoth() {
  const buffer = createRing(CAPACITY);
  return { writer: new RingWriter(buffer), reader: new RingReader(buffer) };
}

const latin1 = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const ascii = fc.string({ unit: "binary-ascii", maxLength: 20 });
const bodies = fc.uint8Array({ maxLength: 3 * CAPACITY });
const requests = fc.record({
  method: ascii,
  uri: latin1,
  headers: fc.array(fc.tuple(ascii, latin1), { maxLength: 8 }),
  body: bodies,
});
const answers = fc.record({
  status: fc.integer({ min: 0, max: 65_535 }),
  headers: fc.array(fc.tuple(ascii, fc.uint8Array({ maxLength: 40 })), { maxLength: 8 }),
  body: bodies,
});
const lines: fc.Arbitrary<LogLine> = fc.record({
  time: fc.nat(),
  level: fc.constantFrom("debug", "info", "warn", "error"),
  source: fc.constantFrom("console", "output"),
  message: fc.string({ maxLength: 40 }),
});
const facts = fc.record({
  logs: fc.array(lines, { maxLength: 3 }),
  logsDropped: fc.nat(),
  reads: fc.nat(),
  cpuMs: fc.double({ noNaN: true }),
  switchUs: fc.double({ noNaN: true }),
  stepUs: fc.double({ noNaN: true }),
});

/** Passes the rest of a body on in pieces. */
function passRest(writer: RingWriter, reader: RingReader, from: Uint8Array, to: Uint8Array, start: number): void {
  for (let passed = start; passed < from.byteLength; ) {
    const bytes = writePiece(writer, STEP, from, passed);
    writer.publish();
    expect(readPiece(reader.memory, reader.next(), to, passed)).toBe(bytes);
    reader.release();
    passed += bytes;
  }
}

test("a request arrives as it was sent, bodies of many pieces and values of all bytes included", () => {
  const { writer, reader } = openBoth();
  fc.assert(
    fc.property(requests, fc.nat(), (sent, program) => {
      const start = writeRequest(writer, STEP, program, sent);
      writer.publish();
      const { request, bodyStart, program: arrived } = readRequest(reader.memory, reader.next());
      reader.release();
      expect([arrived, bodyStart]).toEqual([program, start]);
      passRest(writer, reader, sent.body, request.body, start);
      const headers = request.headers.map(([name, value]) => [name, Buffer.from(value).toString("latin1")]);
      expect({ ...request, headers }).toEqual(sent);
    }),
  );
});

test("an answer arrives as it was sent, with the step's log and times", () => {
  const { writer, reader } = openBoth();
  fc.assert(
    fc.property(answers, facts, (sent, about) => {
      const start = writeAnswer(writer, STEP, sent, about);
      writer.publish();
      const arrived = readAnswer(reader.memory, reader.next());
      reader.release();
      expect([arrived.bodyStart, arrived.facts]).toEqual([start, about]);
      passRest(writer, reader, sent.body, arrived.response.body, start);
      const headers = sent.headers.map(([name, value]) => [name, Buffer.from(value).toString("latin1")]);
      expect(arrived.response).toEqual({ ...sent, headers });
    }),
  );
});

const nothing = { logs: [], logsDropped: 0, reads: 0, cpuMs: 0, switchUs: 0, stepUs: 0 };
const body = new Uint8Array(0);

test("what no frame can carry is refused, so that it is posted: large heads, names beyond ASCII", () => {
  const { writer } = openBoth();
  const large = "a".repeat(CAPACITY);
  expect(writeRequest(writer, STEP, 0, { method: "GET", uri: large, headers: [], body })).toBe(NO_ROOM);
  const value = new Uint8Array(CAPACITY);
  expect(writeAnswer(writer, STEP, { status: 200, headers: [["a", value]], body }, nothing)).toBe(NO_ROOM);
  const name = "\u0141";
  expect(writeAnswer(writer, STEP, { status: 200, headers: [[name, body]], body }, nothing)).toBe(NO_ROOM);
});

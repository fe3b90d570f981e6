/**
 * The frame that begins an answer: a step that has ended in a response, and left nothing behind.
 *
 *   Int32     frame's head (ring.ts) | status | bytes of the whole body | number of header fields
 *             | bytes of the log lines | number of log lines dropped | number of reads
 *   Float64   CPU time of the step, ms | duration of the switch, us | of the step, us
 *   Int32     lengths: name and value of each field
 *   latin1    names (ASCII), values
 *   UTF-8     the log lines as JSON; nothing if there are none
 *   bytes     the start of the body, up to the end of the frame; all of it, if the frame has room
 */
import type { TenantResponse } from "../protocol/contract.ts";
import type { WireHeader, WireResponse } from "../protocol/http.ts";
import type { LogLine } from "../protocol/log-line.ts";
import type { StepResult } from "../protocol/slot-step.ts";
import { BEGIN } from "./frame-kinds.ts";
import { FRAME_HEAD, type RingMemory } from "./ring.ts";
import { NO_ROOM, type RingWriter } from "./ring-writer.ts";

const STATUS = FRAME_HEAD >> 2;
const BODY = STATUS + 1;
const FIELDS = STATUS + 2;
const LOG = STATUS + 3;
const DROPPED = STATUS + 4;
const READS = STATUS + 5;
/** The place of the times, counted in Float64s. */
const TIMES = (STATUS + 6) >> 1;
const LENGTHS = STATUS + 6 + 6;

/** The facts of a step's end that an answer carries. */
export type StepFacts = Pick<StepResult, "logs" | "logsDropped" | "reads" | "cpuMs" | "switchUs" | "stepUs">;

/** An answer as its frame has it. The first `bodyStart` bytes of the body are there; the others follow in chunks. */
export interface FramedAnswer {
  readonly response: WireResponse;
  readonly facts: StepFacts;
  readonly bodyStart: number;
}

const NO_LINES: LogLine[] = [];

/**
 * @returns the bytes of the body that are in the frame. NO_ROOM if the answer does not fit into a frame, if the ring
 *   has no room for it now, or if a header's name is not ASCII
 */
export function writeAnswer(ring: RingWriter, step: number, response: TenantResponse, facts: StepFacts): number {
  const { status, headers, body } = response;
  let names = "";
  let valueBytes = 0;
  for (const [name, value] of headers) {
    names += name;
    valueBytes += value.byteLength;
  }
  if (Buffer.byteLength(names) !== names.length) return NO_ROOM;
  const lines = facts.logs.length === 0 ? "" : JSON.stringify(facts.logs);
  const lineBytes = lines === "" ? 0 : Buffer.byteLength(lines);
  const head = 4 * (LENGTHS + 2 * headers.length) + names.length + valueBytes + lineBytes;
  if (head > ring.largest) return NO_ROOM;
  const bodyStart = Math.min(body.byteLength, ring.largest - head);
  const at = ring.reserve(BEGIN, step, head + bodyStart);
  if (at === NO_ROOM) return NO_ROOM;

  const { words, doubles, bytes } = ring.memory;
  let word = at >> 2;
  words[word + STATUS] = status;
  words[word + BODY] = body.byteLength;
  words[word + FIELDS] = headers.length;
  words[word + LOG] = lineBytes;
  words[word + DROPPED] = facts.logsDropped;
  words[word + READS] = facts.reads;
  const times = (at >> 3) + TIMES;
  doubles[times] = facts.cpuMs;
  doubles[times + 1] = facts.switchUs;
  doubles[times + 2] = facts.stepUs;
  word += LENGTHS;
  let to = (word + 2 * headers.length) << 2;
  bytes.write(names, to, names.length, "latin1");
  to += names.length;
  for (const [name, value] of headers) {
    words[word++] = name.length;
    words[word++] = value.byteLength;
    bytes.set(value, to);
    to += value.byteLength;
  }
  if (lineBytes > 0) bytes.write(lines, to, lineBytes);
  if (bodyStart > 0) bytes.set(body.subarray(0, bodyStart), to + lineBytes);
  return bodyStart;
}

export function readAnswer({ words, doubles, bytes }: RingMemory, at: number): FramedAnswer {
  const first = at >> 2;
  const fields = words[first + FIELDS]!;
  let word = first + LENGTHS;
  let textBytes = 0;
  let nameBytes = 0;
  for (let field = 0; field < fields; field++) {
    nameBytes += words[word + 2 * field]!;
    textBytes += words[word + 2 * field]! + words[word + 2 * field + 1]!;
  }
  let from = (word + 2 * fields) << 2;
  const text = bytes.toString("latin1", from, from + textBytes);
  from += textBytes;
  const headers: WireHeader[] = [];
  let name = 0;
  let value = nameBytes;
  for (let field = 0; field < fields; field++) {
    const nameFrom = name;
    const valueFrom = value;
    name += words[word++]!;
    value += words[word++]!;
    headers.push([text.slice(nameFrom, name), text.slice(valueFrom, value)]);
  }
  const lineBytes = words[first + LOG]!;
  const logs = lineBytes === 0 ? NO_LINES : (JSON.parse(bytes.toString("utf8", from, from + lineBytes)) as LogLine[]);
  from += lineBytes;
  const body = new Uint8Array(words[first + BODY]!);
  const bodyStart = Math.min(body.byteLength, at + words[first]! - from);
  if (bodyStart > 0) body.set(bytes.subarray(from, from + bodyStart));
  const times = (at >> 3) + TIMES;
  return {
    response: { status: words[first + STATUS]!, headers, body },
    facts: {
      logs,
      logsDropped: words[first + DROPPED]!,
      reads: words[first + READS]!,
      cpuMs: doubles[times]!,
      switchUs: doubles[times + 1]!,
      stepUs: doubles[times + 2]!,
    },
    bodyStart,
  };
}

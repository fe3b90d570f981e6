/**
 * The frame that begins a request:
 *
 *   Int32     frame's head (ring.ts) | program | bytes of the whole body | number of header fields
 *             | lengths: method, uri, then name and value of each field
 *   latin1    method, uri, names, values
 *   bytes     the start of the body, up to the end of the frame; all of it, if the frame has room
 *
 * Node reads requests as latin1, so each character is one byte.
 */
import type { TenantRequest } from "../protocol/contract.ts";
import type { WireRequest } from "../protocol/http.ts";
import { BEGIN } from "./frame-kinds.ts";
import { FRAME_HEAD, type RingMemory } from "./ring.ts";
import { NO_ROOM, type RingWriter } from "./ring-writer.ts";

const PROGRAM = FRAME_HEAD >> 2;
const BODY = PROGRAM + 1;
const FIELDS = PROGRAM + 2;
const LENGTHS = PROGRAM + 3;

/** A request as its frame has it. */
export interface FramedRequest {
  /** The number of the program that serves the request. */
  readonly program: number;
  /** The request. Its body has `bodyBytes` bytes; the frame's part of them is copied, the others follow in chunks. */
  readonly request: TenantRequest;
  /** Bytes of the body that the frame had. */
  readonly bodyStart: number;
}

/**
 * @returns the bytes of the body that are in the frame. NO_ROOM if the request does not fit into a frame, or the ring
 *   has no room for it now
 */
export function writeRequest(ring: RingWriter, step: number, program: number, request: WireRequest): number {
  return write(ring, { step, program, request, largest: ring.largest, leastBody: 0 });
}

/** @returns whether there was room for the request with all its body in one frame of at most `largest` bytes */
export function writeWholeRequest(
  ring: RingWriter,
  { step, program, request, largest }: { step: number; program: number; request: WireRequest; largest: number },
): boolean {
  return write(ring, { step, program, request, largest, leastBody: request.body.byteLength }) !== NO_ROOM;
}

interface Frame {
  readonly step: number;
  readonly program: number;
  readonly request: WireRequest;
  /** The most bytes of the frame. */
  readonly largest: number;
  /** The least bytes of the body that must be in the frame. */
  readonly leastBody: number;
}

function write(ring: RingWriter, { step, program, request, largest, leastBody }: Frame): number {
  const { method, uri, headers, body } = request;
  let names = method + uri;
  let values = "";
  for (const [name, value] of headers) {
    names += name;
    values += value;
  }
  const text = names + values;
  const lengths = 2 + 2 * headers.length;
  const head = 4 * (LENGTHS + lengths) + text.length;
  if (head + leastBody > largest) return NO_ROOM;
  const bodyStart = Math.min(body.byteLength, largest - head);
  const at = ring.reserve(BEGIN, step, head + bodyStart);
  if (at === NO_ROOM) return NO_ROOM;

  const { words, bytes } = ring.memory;
  let word = at >> 2;
  words[word + PROGRAM] = program;
  words[word + BODY] = body.byteLength;
  words[word + FIELDS] = headers.length;
  word += LENGTHS;
  words[word++] = method.length;
  words[word++] = uri.length;
  for (const [name, value] of headers) {
    words[word++] = name.length;
    words[word++] = value.length;
  }
  bytes.write(text, word << 2, text.length, "latin1");
  if (bodyStart > 0) bytes.set(body.subarray(0, bodyStart), (word << 2) + text.length);
  return bodyStart;
}

export function readRequest({ words, bytes }: RingMemory, at: number): FramedRequest {
  const first = at >> 2;
  const fields = words[first + FIELDS]!;
  let word = first + LENGTHS;
  let nameBytes = words[word]! + words[word + 1]!;
  let valueBytes = 0;
  for (let field = 0; field < fields; field++) {
    nameBytes += words[word + 2 + 2 * field]!;
    valueBytes += words[word + 3 + 2 * field]!;
  }
  let from = (word + 2 + 2 * fields) << 2;
  const names = bytes.toString("latin1", from, from + nameBytes);
  from += nameBytes;
  // One copy for all values: the frame's place is given back before the program runs.
  const values = new Uint8Array(valueBytes);
  values.set(bytes.subarray(from, from + valueBytes));
  from += valueBytes;
  const body = new Uint8Array(words[first + BODY]!);
  const bodyStart = Math.min(body.byteLength, at + words[first]! - from);
  if (bodyStart > 0) body.set(bytes.subarray(from, from + bodyStart));

  const uriAt = words[word]!;
  const method = names.slice(0, uriAt);
  let text = uriAt + words[word + 1]!;
  const uri = names.slice(uriAt, text);
  let value = 0;
  word += 2;
  const headers: TenantRequest["headers"] = [];
  for (let field = 0; field < fields; field++) {
    const nameAt = text;
    const valueAt = value;
    text += words[word++]!;
    value += words[word++]!;
    headers.push([names.slice(nameAt, text), values.subarray(valueAt, value)]);
  }
  return { program: words[first + PROGRAM]!, request: { method, uri, headers, body }, bodyStart };
}

/**
 * The messages between a guest and a binding: a frame of bytes in the guest's linear memory, and in messages between
 * threads.
 *
 *     u32, little-endian: bytes of the head | head: JSON, UTF-8 | body: the rest
 *
 * The head of a call is `{"binding", "method", "arguments"}`. The head of a reply is `{"value"}` or `{"error": {"code",
 * "message"}}`. Bodies (a value, a request's or response's content) are bytes and stay out of the JSON.
 */
import { PlinthError, plinthError } from "../errors.ts";
import type { JsonValue } from "../store/store.ts";
import { isRecord } from "./is-record.ts";

export interface BindingCall {
  /** The binding that has to answer: the name of its folder, such as "kv". */
  readonly binding: string;
  /** The binding's method, such as "get". */
  readonly method: string;
  /** Named arguments. They come from the guest, so the side that answers checks them. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

export interface BindingReply {
  readonly value: JsonValue;
  /** Empty if not given. */
  readonly body?: Uint8Array;
}

const LENGTH_BYTES = 4;
/** Bytes of a call's head. The guest's thread parses it, so long values belong into the body. */
export const CALL_HEAD_LIMIT_BYTES = 256 << 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const EMPTY = new Uint8Array(0);

/** @throws PlinthError PLINTH_BINDING_CALL if the frame is no call */
export function decodeCall(frame: Uint8Array): BindingCall {
  const { head, body } = split(frame, CALL_HEAD_LIMIT_BYTES);
  const { binding, method, arguments: named } = head as Partial<Record<keyof BindingCall, unknown>>;
  if (typeof binding !== "string" || typeof method !== "string" || !isRecord(named)) {
    throw plinthError("PLINTH_BINDING_CALL", ["its head names no binding, method and arguments"]);
  }
  return { binding, method, arguments: named, body };
}

/** Whether a call is one of this binding, without a look at the rest. A guest writes the binding's name first. */
export function isCallOf(frame: Uint8Array, binding: string): boolean {
  const start = Buffer.from(`{"binding":${JSON.stringify(binding)},`);
  return start.equals(frame.subarray(LENGTH_BYTES, LENGTH_BYTES + start.length));
}

export function encodeCall({ body, ...head }: BindingCall): Uint8Array<ArrayBuffer> {
  return join(head, body);
}

export function encodeReply({ value, body = EMPTY }: BindingReply): Uint8Array<ArrayBuffer> {
  return join({ value }, body);
}

/** The reply that tells the guest of an error by the name that the Web's standards give it. */
export function encodeRefusal({ name, message }: Error): Uint8Array<ArrayBuffer> {
  return join({ error: { code: name, message } }, EMPTY);
}

/** The reply that tells the guest of an error. It tells nothing of an error that is no PlinthError. */
export function encodeError(error: unknown): Uint8Array<ArrayBuffer> {
  const { code, message } = error instanceof PlinthError ? error : plinthError("PLINTH_INTERNAL");
  return join({ error: { code, message } }, EMPTY);
}

/**
 * Reads a reply for a guest that speaks no frames: a static component, a test.
 * @throws Error with `code` where the reply is an error
 */
export function decodeReply(frame: Uint8Array): BindingReply {
  const { head, body } = split(frame, Number.POSITIVE_INFINITY);
  const { value, error } = head as { value?: JsonValue; error?: { code: string; message: string } };
  if (error !== undefined) throw Object.assign(new Error(error.message), { code: error.code });
  return { value: value ?? null, body };
}

function join(head: object, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = encoder.encode(JSON.stringify(head));
  const frame = new Uint8Array(LENGTH_BYTES + text.length + body.length);
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, LENGTH_BYTES);
  frame.set(body, LENGTH_BYTES + text.length);
  return frame;
}

function split(frame: Uint8Array, headLimitBytes: number): { head: Record<string, unknown>; body: Uint8Array } {
  if (frame.length < LENGTH_BYTES) throw plinthError("PLINTH_BINDING_CALL", ["it is cut off"]);
  const length = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true);
  const end = LENGTH_BYTES + length;
  if (length > headLimitBytes) throw plinthError("PLINTH_BINDING_CALL", [`its head is over ${headLimitBytes} bytes`]);
  if (end > frame.length) throw plinthError("PLINTH_BINDING_CALL", ["it is cut off"]);
  let head: unknown;
  try {
    head = JSON.parse(decoder.decode(frame.subarray(LENGTH_BYTES, end)));
  } catch {
    throw plinthError("PLINTH_BINDING_CALL", ["its head is not JSON"]);
  }
  if (!isRecord(head)) throw plinthError("PLINTH_BINDING_CALL", ["its head is not an object"]);
  return { head, body: frame.subarray(end) };
}

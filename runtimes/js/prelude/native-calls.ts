/**
 * Calls of the host's natives (docs/reference/natives.md). They are answered at once, also while a module loads. The
 * bytes of secret keys pass through this file, so a tenant must be able to patch nothing in it.
 */
import { DOMException } from "./dom-exception.ts";
import { apply, define, defineProperty, includes, parseJson, toJson } from "./intrinsics.ts";
import { OutOfMemory } from "./out-of-memory.ts";

export interface NativeReply {
  value: unknown;
  /** The body of the reply. One of the two can be called, once, and before the next call. */
  text(): string;
  bytes(): ArrayBuffer;
}

const Bytes = Uint8Array;
const { set } = Bytes.prototype;

/** @param parts the byte strings that the native takes */
export function callNative(method: string, named: object, parts: readonly ArrayBuffer[]): NativeReply {
  const head = toJson({ binding: "natives", method, arguments: { ...named, sizes: sizesOf(parts) } });
  const operation = $call(head, 1, parts.length === 1 ? parts[0] : joined(parts));
  if (operation === undefined) throw new OutOfMemory();
  if (operation !== 0) {
    $timerCancel(operation);
    throw new Error(`This host has no native ${method}: have the host updated`);
  }
  const reply = $replyHead();
  if (!reply) throw new OutOfMemory();
  const { value, error } = parseJson(reply) as { value: unknown; error?: { code: string; message: string } };
  if (error !== undefined) throw nativeError(error);
  return { value, text, bytes };
}

/** Calls a native with a text. Strings of C end at U+0000, so a text with one is passed as JSON. */
export function callNativeWithText(method: string, input: string): NativeReply {
  const json = includes(input, "\0");
  const body = $encode(json ? toJson(input) : input);
  if (body === undefined) throw new OutOfMemory();
  return callNative(method, { json }, [body]);
}

/** The text that a native returns: as the reply's body, or as its value if the text holds U+0000. */
export function textReply(reply: NativeReply): string {
  return reply.value === null ? reply.text() : (reply.value as string);
}

/**
 * The error for a refusal. A native's refusal has the name of a DOMException. A refusal of the host has a code of its
 * own.
 */
function nativeError({ code, message }: { code: string; message: string }): Error {
  if (!includes(code, "PLINTH_")) return new DOMException(message, code);
  const error = new Error(message);
  defineProperty(error, "code", { value: code, writable: true, enumerable: true, configurable: true });
  return error;
}

function sizesOf(parts: readonly ArrayBuffer[]): number[] {
  const sizes: number[] = [];
  for (let i = 0; i < parts.length - 1; i++) define(sizes, i, parts[i]!.byteLength);
  return sizes;
}

function joined(parts: readonly ArrayBuffer[]): ArrayBuffer {
  let size = 0;
  for (let i = 0; i < parts.length; i++) size += parts[i]!.byteLength;
  const bytes = new Bytes(size);
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    apply(set, bytes, [new Bytes(parts[i]!), at]);
    at += parts[i]!.byteLength;
  }
  return bytes.buffer;
}

function text(): string {
  const found = $replyText();
  if (typeof found !== "string") throw new OutOfMemory();
  return found;
}

function bytes(): ArrayBuffer {
  const found = $replyBody();
  if (found === undefined) throw new OutOfMemory();
  return found;
}

/** Calls of bindings, in the frames of host/bindings/message.ts: u32 length of the head | head, JSON | body. */
import { phase } from "./handler.ts";
import { apply, define, defineProperty, Promise_, parseJson, toJson } from "./intrinsics.ts";
import { decodeUtf8, encodeUtf8, OutOfMemory } from "./text.ts";

export interface Reply {
  value: unknown;
  body: ArrayBuffer;
}

interface Waiting {
  operation: number;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

export interface CallOptions {
  body?: ArrayBuffer | undefined;
  /** Is given a function that gives the call up; not called where the answer is there at once. */
  onWait?: (cancel: (reason: unknown) => void) => void;
}

const { slice: sliceBuffer } = ArrayBuffer.prototype;
const lengthBytes = 4;
const noBody = new ArrayBuffer(0);

/** Calls under way. */
const waiting: Waiting[] = [];

export function forgetCalls(): void {
  waiting.length = 0;
}

export function callsUnderWay(): boolean {
  return waiting.length > 0;
}

/** @returns a promise that is rejected with an Error with `code` where the binding refuses */
export function callBinding(
  binding: string,
  method: string,
  named: object,
  { body = noBody, onWait }: CallOptions = {},
): Promise<Reply> {
  return new Promise_((resolve, reject) => {
    if (!phase.serving) {
      throw new Error(`${binding}.${method} cannot be called while the module loads: call it in the handler`);
    }
    const operation = $call(encodeFrame({ binding, method, arguments: named }, body));
    if (operation === undefined) throw new OutOfMemory();
    if (operation === 0) {
      settle(takeReply()!, resolve, reject);
      return;
    }
    define(waiting, waiting.length, { operation, resolve, reject });
    onWait?.((reason) => {
      if (!remove(operation)) return;
      $timerCancel(operation);
      reject(reason);
    });
  });
}

/** The end of a call. */
export function callEvent(operation: number, payload: ArrayBuffer | string | undefined): void {
  const call = remove(operation);
  if (call) settle(payload as ArrayBuffer, call.resolve, call.reject);
}

/** The reply that waits with the host: after a call that was answered at once, or the environment of a request. */
export function takeReply(): ArrayBuffer | null {
  const reply = $reply();
  if (reply === undefined) throw new OutOfMemory();
  return reply === 0 ? null : reply;
}

export function decodeFrame(frame: ArrayBuffer): { head: unknown; body: ArrayBuffer } {
  const end = lengthBytes + new DataView(frame).getUint32(0, true);
  return {
    head: parseJson(decodeUtf8(apply(sliceBuffer, frame, [lengthBytes, end])).text),
    body: apply(sliceBuffer, frame, [end]),
  };
}

function settle(frame: ArrayBuffer, resolve: (reply: Reply) => void, reject: (error: unknown) => void): void {
  const { head, body } = decodeFrame(frame);
  const { value, error } = head as { value: unknown; error?: { code: string; message: string } };
  if (error === undefined) resolve({ value, body });
  else reject(bindingError(error));
}

function bindingError({ code, message }: { code: string; message: string }): Error {
  const error = new Error(message);
  defineProperty(error, "code", { value: code, writable: true, enumerable: true, configurable: true });
  return error;
}

function encodeFrame(head: object, body: ArrayBuffer): ArrayBuffer {
  const text = encodeUtf8(toJson(head));
  const frame = new Uint8Array(lengthBytes + text.byteLength + body.byteLength);
  new DataView(frame.buffer).setUint32(0, text.byteLength, true);
  frame.set(new Uint8Array(text), lengthBytes);
  frame.set(new Uint8Array(body), lengthBytes + text.byteLength);
  return frame.buffer;
}

function remove(operation: number): Waiting | undefined {
  for (let i = 0; i < waiting.length; i++) {
    const call = waiting[i]!;
    if (call.operation !== operation) continue;
    for (; i < waiting.length - 1; i++) waiting[i] = waiting[i + 1]!;
    waiting.length--;
    return call;
  }
  return undefined;
}

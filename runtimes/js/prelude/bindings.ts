/** Calls of bindings. Their frames are those of host/bindings/message.ts: u32 length of the head | head, JSON | body. */
import { apply, define, defineProperty, Promise_, parseJson, toJson } from "./intrinsics.ts";
import { OutOfMemory } from "./out-of-memory.ts";
import { phase } from "./phase.ts";
import { decodeUtf8 } from "./text.ts";

export interface Reply {
  value: unknown;
  body: ArrayBuffer;
}

/** A reply whose body the adapter still holds. The body is taken at once, as text or as bytes, or never. */
export interface Answer {
  value: unknown;
  text(): string;
  bytes(): ArrayBuffer;
}

interface Waiting {
  operation: number;
  /** Takes the reply's frame. @throws the error that the call is rejected with */
  resolve(payload: ArrayBuffer): void;
  reject(error: unknown): void;
}

export interface CallOptions {
  body?: ArrayBuffer | undefined;
  /** Called with a function that gives the call up. Not called if the answer is there at once. */
  onWait?: (cancel: (reason: unknown) => void) => void;
}

const { slice: sliceBuffer } = ArrayBuffer.prototype;
const lengthBytes = 4;

/** Calls under way. */
const waiting: Waiting[] = [];

export function forgetCalls(): void {
  waiting.length = 0;
}

export function callsUnderWay(): boolean {
  return waiting.length > 0;
}

/** @returns a promise. If the binding refuses, it is rejected with an Error with `code` */
export function callBinding(
  binding: string,
  method: string,
  named: object,
  { body, onWait }: CallOptions = {},
): Promise<Reply> {
  const head = toJson({ binding, method, arguments: named });
  return call(head, ({ value, bytes }) => ({ value, body: bytes() }), body, onWait);
}

/**
 * Calls a binding with a head that is JSON already, and a function that converts the answer. It makes one promise at
 * most, because a call that is answered at once takes microseconds.
 */
export function call<T>(
  head: string,
  convert: (answer: Answer) => T,
  body?: ArrayBuffer,
  onWait?: CallOptions["onWait"],
): Promise<T> {
  return new Promise_((resolve, reject) => {
    if (!phase.serving) {
      const { binding, method } = parseJson(head) as { binding: string; method: string };
      throw new Error(`${binding}.${method} cannot be called while the module loads: call it in the handler`);
    }
    const operation = body === undefined ? $call(head, 0, undefined) : $call(head, 1, body);
    if (operation === undefined) throw new OutOfMemory();
    if (operation === 0) {
      resolve(convert(readAnswer(takeHead()!, replyThere)));
      return;
    }
    const whenAnswered = (payload: ArrayBuffer) => resolve(convert(answerOf(payload)));
    define(waiting, waiting.length, { operation, resolve: whenAnswered, reject });
    onWait?.((reason) => {
      if (!remove(operation)) return;
      $timerCancel(operation);
      reject(reason);
    });
  });
}

/** Ends a call with the payload of its event. */
export function callEvent(operation: number, payload: ArrayBuffer | string | undefined): void {
  const ended = remove(operation);
  if (!ended) return;
  try {
    ended.resolve(payload as ArrayBuffer);
  } catch (error) {
    ended.reject(error);
  }
}

/** Takes the head of a reply from the host: of a call that was answered at once, or of a request's environment. */
export function takeHead(): string | null {
  const head = $replyHead();
  if (head === undefined) throw new OutOfMemory();
  return head === 0 ? null : head;
}

/** The body of a reply that the adapter holds. */
const replyThere = {
  text(): string {
    const text = $replyText();
    if (text === undefined) throw new OutOfMemory();
    return text === 0 ? decodeUtf8(replyThere.bytes()).text : text;
  },
  bytes(): ArrayBuffer {
    const bytes = $replyBody();
    if (bytes === undefined) throw new OutOfMemory();
    return bytes;
  },
};

/** Reads a reply that came as the payload of an event. */
function answerOf(frame: ArrayBuffer): Answer {
  const end = lengthBytes + new DataView(frame).getUint32(0, true);
  const head = decodeUtf8(apply(sliceBuffer, frame, [lengthBytes, end])).text;
  const bytes = () => apply(sliceBuffer, frame, [end]) as ArrayBuffer;
  return readAnswer(head, { bytes, text: () => decodeUtf8(bytes()).text });
}

/** @throws Error with `code` if the binding has refused */
function readAnswer(head: string, body: Omit<Answer, "value">): Answer {
  const { value, error } = parseJson(head) as { value: unknown; error?: { code: string; message: string } };
  if (error !== undefined) throw bindingError(error);
  return { value, text: body.text, bytes: body.bytes };
}

function bindingError({ code, message }: { code: string; message: string }): Error {
  const error = new Error(message);
  defineProperty(error, "code", { value: code, writable: true, enumerable: true, configurable: true });
  return error;
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

/** The common part of all interfaces by which components call bindings in WIT instead of frames. */
import type { PlinthError } from "../errors.ts";
import { type BindingCall, type BindingReply, decodeReply, encodeCall } from "./message.ts";

/** Answers a call. Frames: host/bindings/message.ts. */
export interface FrameCalls {
  /** Answers in this thread, at once. @returns null if only the main thread can */
  now(frame: Uint8Array): Uint8Array | null;
  /** The main thread answers. The component's stack is suspended meanwhile. Never rejected. The frame is handed over. */
  later(frame: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** The record `error` of each interface. */
interface WitError {
  code: string;
  message: string;
}

/** `result<T, error>` as jco's glue takes it. */
export type WitResult<T> = { tag: "ok"; val: T } | { tag: "err"; val: WitError };

const NO_BODY = new Uint8Array(0);

/** A call, without the member `body` if it has no body. */
export type Call = Omit<BindingCall, "body"> & { readonly body?: Uint8Array };

/**
 * Makes a call that this thread answers.
 *
 * @param call the side that answers checks its arguments
 * @param convert makes the interface's result of the reply
 */
export function callNow<T>(calls: FrameCalls, call: Call, convert: (reply: BindingReply) => T): WitResult<T> {
  const reply = calls.now(frameOf(call));
  if (reply === null) throw new Error(`nothing in this thread answers ${call.binding}.${call.method}`);
  return resultOf(reply, convert);
}

/** Makes a call that the main thread answers. */
export async function callLater<T>(
  calls: FrameCalls,
  call: Call,
  convert: (reply: BindingReply) => T,
): Promise<WitResult<T>> {
  return resultOf(await calls.later(frameOf(call)), convert);
}

/** The error for a mistake in the arguments that shows before the call. */
export function refusal(error: PlinthError): WitResult<never> {
  return { tag: "err", val: { code: error.code, message: error.message } };
}

function frameOf({ body = NO_BODY, ...head }: Call): Uint8Array<ArrayBuffer> {
  return encodeCall({ ...head, body });
}

function resultOf<T>(frame: Uint8Array, convert: (reply: BindingReply) => T): WitResult<T> {
  let reply: BindingReply;
  try {
    reply = decodeReply(frame);
  } catch (error) {
    const { code, message } = error as WitError;
    return { tag: "err", val: { code, message } };
  }
  return { tag: "ok", val: convert(reply) };
}

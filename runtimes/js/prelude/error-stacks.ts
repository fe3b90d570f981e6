/**
 * `stack` of errors as V8 has it: name and message, then the frames, made when a program first asks. With it come
 * `Error.captureStackTrace`, `Error.stackTraceLimit` and `Error.prepareStackTrace`, which packages for Node use.
 */
import { framesProperty } from "../frames-property.ts";
import { CallSite } from "./call-site.ts";
import { apply, defineProperty, functionName, includes, joinText, splitText } from "./intrinsics.ts";

interface V8Error {
  stackTraceLimit?: unknown;
  prepareStackTrace?: unknown;
}

const { defineProperty: tryDefine, getOwnPropertyDescriptor } = Reflect;
const { toString: errorToString } = Error.prototype;
const Error_ = Error;

/**
 * The program's own frames of a stack. Frames of the prelude have no place, and the frames that called the program come
 * last.
 */
function ownFrames(stack: string): string[] {
  const frames: string[] = [];
  let own = 0;
  const lines = splitText(stack, "\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (!includes(line, "(") && !includes(line, ":")) continue;
    frames[frames.length] = line;
    if (!includes(line, "(native)")) own = frames.length;
  }
  frames.length = own;
  return frames;
}

function textOf(error: object): string {
  try {
    return apply(errorToString, error, []);
  } catch {
    return "Error";
  }
}

function format(error: object, frames: string[]): unknown {
  const { stackTraceLimit: limit, prepareStackTrace: prepare } = Error_ as V8Error;
  const shown = typeof limit === "number" ? Math.max(limit, 0) : 0;
  if (frames.length > shown) frames.length = Math.trunc(shown);
  if (typeof prepare !== "function") return joinText([textOf(error), ...frames], "\n");
  return apply(prepare as (...values: unknown[]) => unknown, Error_, [error, frames.map((line) => new CallSite(line))]);
}

function setStack(this: object, value: unknown): void {
  tryDefine(this, "stack", { value, writable: true, configurable: true, enumerable: false });
}

function getStack(this: object): unknown {
  if ((typeof this !== "object" && typeof this !== "function") || this === null) {
    throw new TypeError("Error.prototype.stack: the receiver is no object");
  }
  const frames = getOwnPropertyDescriptor(this, framesProperty)?.value;
  if (typeof frames !== "string") return undefined;
  const stack = format(this, ownFrames(frames));
  apply(setStack, this, [stack]);
  return stack;
}

const accessor = { get: getStack, set: setStack, configurable: true, enumerable: false };
defineProperty(Error.prototype, "stack", accessor);

/** Gives an object a stack. The frames down to the frame of `above` are left out. */
function captureStackTrace(target: object, above?: unknown): void {
  if (typeof target !== "object" || target === null) {
    throw new TypeError("Error.captureStackTrace: the first argument is no object");
  }
  const frames = ownFrames((new Error_() as unknown as Record<string, string>)[framesProperty] ?? "");
  const { name } = (typeof above === "function" ? above : {}) as { name?: unknown };
  const at = name ? frames.findIndex((line) => includes(line, ` at ${name as string} (`)) : -1;
  const text = joinText(frames.slice(at + 1), "\n");
  defineProperty(target, framesProperty, { value: text, writable: true, configurable: true });
  defineProperty(target, "stack", accessor);
}

functionName(captureStackTrace, "captureStackTrace");
for (const [name, value] of Object.entries({ captureStackTrace, stackTraceLimit: 10 })) {
  defineProperty(Error, name, { value, writable: true, configurable: true, enumerable: name === "stackTraceLimit" });
}

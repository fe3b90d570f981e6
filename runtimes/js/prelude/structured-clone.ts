/**
 * `structuredClone` (HTML, "safe passing of structured data"). It keeps cycles and shared references, and refuses
 * functions.
 */
import { Blob } from "./blob.ts";
import { DOMException } from "./events.ts";
import { define } from "./intrinsics.ts";

const errorTypes: Record<string, ErrorConstructor> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

export function structuredClone(value: unknown, options: { transfer?: Iterable<unknown> } = {}): unknown {
  const seen = new Map<object, unknown>();
  for (const item of options.transfer ?? []) {
    if (!(item instanceof ArrayBuffer))
      throw new DOMException("Only an ArrayBuffer can be transferred", "DataCloneError");
    seen.set(item, item.transfer());
  }
  return clone(value, seen);
}

function clone(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value === "symbol" || typeof value === "function") {
    throw new DOMException(`${String(value).slice(0, 60)} could not be cloned`, "DataCloneError");
  }
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const made = copyLeaf(value, seen);
  if (made !== undefined) {
    seen.set(value, made);
    return made;
  }
  if (value instanceof Map) {
    const copy = new Map();
    seen.set(value, copy);
    for (const [key, item] of [...value]) copy.set(clone(key, seen), clone(item, seen));
    return copy;
  }
  if (value instanceof Set) {
    const copy = new Set();
    seen.set(value, copy);
    for (const item of [...value]) copy.add(clone(item, seen));
    return copy;
  }
  if (value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef || value instanceof Promise) {
    throw new DOMException(`${Object.prototype.toString.call(value)} could not be cloned`, "DataCloneError");
  }
  const copy: object = Array.isArray(value) ? new Array(value.length) : value instanceof Error ? errorCopy(value) : {};
  seen.set(value, copy);
  if (value instanceof Error) {
    if ("cause" in value)
      Object.defineProperty(copy, "cause", { value: clone(value.cause, seen), writable: true, configurable: true });
    return copy;
  }
  for (const key of Object.keys(value)) define(copy, key, clone((value as Record<string, unknown>)[key], seen));
  return copy;
}

/** Copies a value that refers to no others. Undefined for all other values. */
function copyLeaf(value: object, seen: Map<object, unknown>): object | undefined {
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (value instanceof DataView)
    return new DataView(clone(value.buffer, seen) as ArrayBuffer, value.byteOffset, value.byteLength);
  if (ArrayBuffer.isView(value)) {
    const array = value as Uint8Array;
    const type = array.constructor as Uint8ArrayConstructor;
    return new type(clone(array.buffer, seen) as ArrayBuffer, array.byteOffset, array.length);
  }
  if (value instanceof Boolean || value instanceof Number || value instanceof String)
    return Object(value.valueOf()) as object;
  if (value instanceof Blob) return value;
  return undefined;
}

function errorCopy(error: Error): Error {
  if (error instanceof DOMException) return new DOMException(error.message, error.name);
  const type = errorTypes[error.name] ?? Error;
  const copy = new type(error.message);
  Object.defineProperty(copy, "stack", { value: error.stack, writable: true, configurable: true });
  return copy;
}

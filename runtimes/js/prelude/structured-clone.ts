/**
 * `structuredClone` (HTML, "safe passing of structured data"). It keeps cycles and shared references, and refuses
 * functions.
 */
import { Blob, File } from "./blob.ts";
import { CryptoKey } from "./crypto-key.ts";
import { DOMException } from "./dom-exception.ts";
import { define, platform } from "./intrinsics.ts";
import { dictionary, sequence } from "./web-idl.ts";

const errorTypes: Record<string, ErrorConstructor> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

export function structuredClone(value: unknown, options?: { transfer?: Iterable<unknown> }): unknown {
  const { transfer = [] } = dictionary<{ transfer: Iterable<unknown> }>(options, "The second argument");
  const given = new Set<ArrayBuffer>();
  for (const item of sequence<unknown>(transfer, "transfer")) {
    if (!(item instanceof ArrayBuffer) || item.detached)
      throw new DOMException("Only an ArrayBuffer can be transferred, and once", "DataCloneError");
    if (given.has(item)) throw new DOMException("An ArrayBuffer is transferred twice", "DataCloneError");
    given.add(item);
  }
  const seen = new Map<object, unknown>();
  for (const item of given) seen.set(item, item.transfer());
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
  refusePlatform(value);
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
  if (value instanceof Boolean || value instanceof Number || value instanceof String || value instanceof BigInt)
    return Object(value.valueOf()) as object;
  if (value instanceof File) return new File([value], value.name, value);
  if (value instanceof Blob) return value.slice(0, value.size, value.type);
  if (value instanceof CryptoKey) return value;
  return undefined;
}

/** @throws DOMException for objects of the Web's classes that the standards make neither serializable nor copyable */
function refusePlatform(value: object): void {
  if (value instanceof DOMException) return;
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at)) {
    if (!platform.has(at)) continue;
    throw new DOMException(`${Object.prototype.toString.call(value)} could not be cloned`, "DataCloneError");
  }
}

function errorCopy(error: Error): Error {
  if (error instanceof DOMException) return new DOMException(error.message, error.name);
  const type = errorTypes[error.name] ?? Error;
  const copy = new type(error.message);
  Object.defineProperty(copy, "stack", { value: error.stack, writable: true, configurable: true });
  return copy;
}

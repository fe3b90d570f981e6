/** Conversions of arguments, and the form of classes, as Web IDL says. */
import { defineProperty, functionName } from "./intrinsics.ts";

/** Reads the elements of an iterable object (Web IDL, "sequence"). */
export function sequence<T>(value: unknown, what: string): Iterable<T> {
  if (isObject(value) && typeof (value as Iterable<T>)[Symbol.iterator] === "function") return value as Iterable<T>;
  throw new TypeError(`${what} is not iterable`);
}

/** Reads an object, or nothing (Web IDL, "dictionary"). */
export function dictionary<T extends object>(value: unknown, what: string): Partial<T> {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value as T;
  throw new TypeError(`${what} is not an object`);
}

function isObject(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Gives a class its name and length, and makes its members enumerable. Symbols and the constructor are not. */
export function shape(type: { prototype: object }, name: string, length: number): void {
  functionName(type, name);
  defineProperty(type, "length", { value: length, configurable: true });
  for (const key of Object.getOwnPropertyNames(type.prototype)) {
    if (key !== "constructor") defineProperty(type.prototype, key, { enumerable: true });
  }
}

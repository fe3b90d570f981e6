/** Conversions of arguments as Web IDL says. */

/** The elements of an iterable object (Web IDL, "sequence"). */
export function sequence<T>(value: unknown, what: string): Iterable<T> {
  if (isObject(value) && typeof (value as Iterable<T>)[Symbol.iterator] === "function") return value as Iterable<T>;
  throw new TypeError(`${what} is not iterable`);
}

/** An object, or nothing (Web IDL, "dictionary"). */
export function dictionary<T extends object>(value: unknown, what: string): Partial<T> {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value as T;
  throw new TypeError(`${what} is not an object`);
}

function isObject(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

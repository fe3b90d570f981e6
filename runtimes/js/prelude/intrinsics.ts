/** The engine's own functions, kept before a tenant can patch them. */

export const { apply } = Reflect;
export const { defineProperty } = Object;
export const { parse: parseJson, stringify: toJson } = JSON;

const stringPrototype = String.prototype;
const { toLowerCase: lower, toUpperCase: upper, trim: trimText, slice, split, indexOf } = stringPrototype;
const { includes: stringIncludes } = stringPrototype;
const { join } = Array.prototype;
const { then: promiseThen } = Promise.prototype;

export const toLowerCase = (text: string): string => apply(lower, text, []);
export const toUpperCase = (text: string): string => apply(upper, text, []);
export const trim = (text: string): string => apply(trimText, text, []);
export const sliceText = (text: string, from: number, to?: number): string => apply(slice, text, [from, to]);
export const includes = (text: string, part: string): boolean => apply(stringIncludes, text, [part]);
export const splitText = (text: string, separator: string): string[] => apply(split, text, [separator]);
export const joinText = (parts: string[], separator: string): string => apply(join, parts, [separator]);
export const indexOfText = (text: string, part: string, from = 0): number => apply(indexOf, text, [part, from]);

const { resolve: resolvePromise, reject: rejectPromise } = Promise;
export const Promise_ = Promise;

/** `Promise.resolve(value).then(done, failed)`, even if a tenant has patched `Promise`. */
export function whenSettled<T>(
  value: T | PromiseLike<T>,
  done: (value: T) => void,
  failed: (error: unknown) => void,
): void {
  apply(promiseThen, apply(resolvePromise, Promise_, [value]), [done, failed]);
}

export function rejected(error: unknown): Promise<never> {
  return apply(rejectPromise, Promise_, [error]);
}

/** Sets an own property, so that no setter on a prototype runs. */
export function define(target: object, key: PropertyKey, value: unknown): void {
  defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Makes a method the iterator of a class, and gives the class a tag for `Object.prototype.toString`. */
export function iteratorPrototype(type: { prototype: object }, method: string, tag: string): void {
  const prototype = type.prototype as Record<PropertyKey, unknown>;
  defineProperty(prototype, Symbol.iterator, { value: prototype[method], writable: true, configurable: true });
  tagged(type, tag);
}

export function tagged(type: { prototype: object }, tag: string): void {
  defineProperty(type.prototype, Symbol.toStringTag, { value: tag, configurable: true });
}

/** Makes a global that is writable, configurable and not enumerable, as the standards have it. */
export function defineGlobal(name: string, value: unknown): void {
  defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

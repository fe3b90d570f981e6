/** The engine's own functions, kept before a tenant can patch them. */

export const { apply, ownKeys } = Reflect;
export const { defineProperty } = Object;
export const { parse: parseJson, stringify: toJson } = JSON;

const { bind, call } = Function.prototype;

/** A method as a function of its receiver. A call takes half the time of `apply`, which needs an array. */
function detached<Result, Values extends unknown[]>(
  method: (...values: Values) => Result,
): (receiver: unknown, ...values: Values) => Result {
  return apply(bind, call, [method]) as (receiver: unknown, ...values: Values) => Result;
}

const { toLowerCase: lower, toUpperCase: upper, trim: trimText, slice, split, indexOf } = String.prototype;
const { includes: includesText, toWellFormed: makeWellFormed } = String.prototype;
const { join } = Array.prototype;

export const toLowerCase: (text: string) => string = detached(lower);
export const toUpperCase: (text: string) => string = detached(upper);
export const toWellFormed: (text: string) => string = detached(makeWellFormed);
export const trim: (text: string) => string = detached(trimText);
export const sliceText: (text: string, from: number, to?: number) => string = detached(slice);
export const includes: (text: string, part: string) => boolean = detached(includesText);
export const splitText = detached(split as (separator: string) => string[]);
export const joinText: (parts: string[], separator: string) => string = detached(join);
export const indexOfText: (text: string, part: string, from?: number) => number = detached(indexOf);

export const isEnumerable = detached(Object.prototype.propertyIsEnumerable);

const { exec, test } = RegExp.prototype;

/** A pattern with the engine's methods as its own, so that it can be used directly even if a tenant patches them. */
export function pattern(regexp: RegExp): RegExp {
  defineProperty(regexp, "exec", { value: exec });
  defineProperty(regexp, "test", { value: test });
  return regexp;
}

const promiseThen = detached(Promise.prototype.then);
const resolvePromise = detached(Promise.resolve as (value: unknown) => Promise<unknown>);
const { reject: rejectPromise } = Promise;
export const Promise_ = Promise;

/** `Promise.resolve(value).then(done, failed)`, even if a tenant has patched `Promise`. */
export function whenSettled<T>(
  value: T | PromiseLike<T>,
  done: (value: T) => void,
  failed: (error: unknown) => void,
): void {
  promiseThen(resolvePromise(Promise_, value), done as (value: unknown) => void, failed);
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

/** The prototypes of the classes that are the host's own, and not a program's. */
export const platform = new WeakSet<object>();

export function tagged(type: { prototype: object }, tag: string): void {
  platform.add(type.prototype);
  defineProperty(type.prototype, Symbol.toStringTag, { value: tag, configurable: true });
}

/** Names a function or a class, because the bundler changes names. */
export function functionName(value: object, name: string): void {
  defineProperty(value, "name", { value: name, configurable: true });
}

/** Makes a global that is writable, configurable and not enumerable. */
export function defineGlobal(name: string, value: unknown): void {
  defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

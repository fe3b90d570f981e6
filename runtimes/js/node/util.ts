/**
 * `node:util`. Node's own inspect, extracted, and small packages stand in for the parts that unenv leaves out or
 * simplifies.
 */
// This import comes before the modules that need it.
import "./lent-atomics.ts";

export * from "unenv/node/util";

import equal from "fast-deep-equal/es6/index.js";
import nodeInspect from "node-inspect-extracted";
import * as unenv from "unenv/node/util";
import { takeBack } from "./lent-atomics.ts";

takeBack();

export const { format, formatWithOptions, inspect, stripVTControlCharacters } = nodeInspect;

export function isDeepStrictEqual(one: unknown, other: unknown): boolean {
  return equal(one, other);
}

/** The callback's form of a function that gives a promise. */
export function callbackify(original: (...given: unknown[]) => Promise<unknown>) {
  return function (this: unknown, ...given: unknown[]): void {
    const done = given.pop() as (error: unknown, value?: unknown) => void;
    original.apply(this, given).then(
      (value) => queueMicrotask(() => done(null, value)),
      (error) => queueMicrotask(() => done(error ?? new Error("the promise was rejected without a reason"))),
    );
  };
}

export function toUSVString(text: string): string {
  return `${text}`.toWellFormed();
}

export default {
  ...unenv.default,
  callbackify,
  format,
  formatWithOptions,
  inspect,
  isDeepStrictEqual,
  stripVTControlCharacters,
  toUSVString,
};

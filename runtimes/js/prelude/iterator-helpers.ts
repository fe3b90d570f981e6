/**
 * Corrects the engine's iterator helpers. The engine's cannot be closed if the iterator below has no `return`, as an
 * array's has none, and its `drop` is not done after it is closed. Iterators become disposable, too.
 */
import { framesProperty } from "../frames-property.ts";
import { apply, defineProperty, functionName } from "./intrinsics.ts";

const prototype = Object.getPrototypeOf([].values().map((value) => value)) as Iterator<unknown>;
const { return: closeHelper } = prototype;

function close(this: object): IteratorResult<unknown> {
  try {
    apply(closeHelper!, this, []);
  } catch (error) {
    if (!isMissingReturn(error)) throw error;
  }
  return { value: undefined, done: true };
}
functionName(close, "return");
defineProperty(prototype, "return", { value: close, writable: true, configurable: true });

/**
 * Whether an error is the engine's own. It has a frame of the engine on top, while an error of a program's `return` has
 * one of the program.
 */
function isMissingReturn(error: unknown): boolean {
  if (!(error instanceof TypeError) || error.message !== "not a function") return false;
  const frames = (error as unknown as Record<string, string>)[framesProperty];
  return typeof frames === "string" && /^ *at return \(native\)/.test(frames);
}

/** Adds a method that calls `return`. */
function disposable(target: object, symbol: symbol, name: string, dispose: (this: Iterator<unknown>) => unknown): void {
  functionName(dispose, `[${name}]`);
  defineProperty(target, symbol, { value: dispose, writable: true, configurable: true });
}

const iterator = Object.getPrototypeOf(prototype) as object;
const asyncGenerator = Object.getPrototypeOf(async function* () {}) as { prototype: object };
const asyncIterator = Object.getPrototypeOf(asyncGenerator.prototype) as object;

disposable(iterator, Symbol.dispose, "Symbol.dispose", function () {
  this.return?.();
});
disposable(asyncIterator, Symbol.asyncDispose, "Symbol.asyncDispose", async function () {
  await this.return?.();
});

/** `DisposableStack`, `AsyncDisposableStack` and `SuppressedError` (ECMAScript 2026). */
import { defineGlobals } from "./define-globals.ts";

class SuppressedErrorOfWeb extends Error {
  declare error: unknown;
  declare suppressed: unknown;

  constructor(error: unknown, suppressed: unknown, message?: string) {
    super(message);
    for (const [name, value] of Object.entries({ error, suppressed }))
      Object.defineProperty(this, name, { value, writable: true, configurable: true });
  }
  static {
    Object.defineProperty(SuppressedErrorOfWeb.prototype, "name", {
      value: "SuppressedError",
      writable: true,
      configurable: true,
    });
    Object.defineProperty(SuppressedErrorOfWeb, "name", { value: "SuppressedError", configurable: true });
  }
}

/** The resources of a stack, and how each is given back. */
class Resources<Result> {
  #all: (() => Result)[] | undefined = [];

  get disposed(): boolean {
    return this.#all === undefined;
  }
  add(dispose: () => Result): void {
    if (!this.#all) throw new ReferenceError("The stack has been disposed already");
    this.#all.push(dispose);
  }
  /** The resources, last first. The stack has none from now on, and takes none. */
  take(): (() => Result)[] {
    const all = this.#all ?? [];
    this.#all = undefined;
    return all.reverse();
  }
  moveTo(other: Resources<Result>): void {
    if (!this.#all) throw new ReferenceError("The stack has been disposed already");
    other.#all = this.#all;
    this.#all = undefined;
  }
}

/** Collects the errors of several resources: each one suppresses the one before. */
class Errors {
  #last: { error: unknown } | undefined;

  add(error: unknown): void {
    this.#last = { error: this.#last ? new SuppressedErrorOfWeb(error, this.#last.error) : error };
  }
  throwAny(): void {
    if (this.#last) throw this.#last.error;
  }
}

function methodOf(value: object, symbols: readonly symbol[]): () => unknown {
  for (const symbol of symbols) {
    const method = (value as Record<symbol, unknown>)[symbol];
    if (typeof method === "function") return () => method.call(value) as unknown;
    if (method !== undefined && method !== null) break;
  }
  throw new TypeError("The value is not disposable: it has no method [Symbol.dispose]");
}

class DisposableStack {
  readonly #resources = new Resources<unknown>();

  get disposed(): boolean {
    return this.#resources.disposed;
  }
  use<T>(value: T): T {
    if (this.disposed) throw new ReferenceError("The stack has been disposed already");
    if (value !== null && value !== undefined) this.#resources.add(methodOf(value, [Symbol.dispose]));
    return value;
  }
  adopt<T>(value: T, onDispose: (value: T) => unknown): T {
    this.#resources.add(() => onDispose(value));
    return value;
  }
  defer(onDispose: () => unknown): void {
    this.#resources.add(onDispose);
  }
  move(): DisposableStack {
    const moved = new DisposableStack();
    this.#resources.moveTo(moved.#resources);
    return moved;
  }
  dispose(): void {
    const errors = new Errors();
    for (const dispose of this.#resources.take()) {
      try {
        dispose();
      } catch (error) {
        errors.add(error);
      }
    }
    errors.throwAny();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
  get [Symbol.toStringTag](): string {
    return "DisposableStack";
  }
}

class AsyncDisposableStack {
  readonly #resources = new Resources<unknown>();

  get disposed(): boolean {
    return this.#resources.disposed;
  }
  use<T>(value: T): T {
    if (this.disposed) throw new ReferenceError("The stack has been disposed already");
    const symbols = [Symbol.asyncDispose, Symbol.dispose];
    this.#resources.add(value === null || value === undefined ? () => undefined : methodOf(value, symbols));
    return value;
  }
  adopt<T>(value: T, onDispose: (value: T) => unknown): T {
    this.#resources.add(() => onDispose(value));
    return value;
  }
  defer(onDispose: () => unknown): void {
    this.#resources.add(onDispose);
  }
  move(): AsyncDisposableStack {
    const moved = new AsyncDisposableStack();
    this.#resources.moveTo(moved.#resources);
    return moved;
  }
  async disposeAsync(): Promise<void> {
    const errors = new Errors();
    for (const dispose of this.#resources.take()) {
      try {
        await dispose();
      } catch (error) {
        errors.add(error);
      }
    }
    errors.throwAny();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.disposeAsync();
  }
  get [Symbol.toStringTag](): string {
    return "AsyncDisposableStack";
  }
}

defineGlobals({ AsyncDisposableStack, DisposableStack, SuppressedError: SuppressedErrorOfWeb });

/**
 * `node:async_hooks`. The engine has no hook for promises, so `then` binds its callbacks to the present context. An
 * `await` of the engine's own calls no `then`, so bundles that import this module have their async functions written as
 * generators (bundle.ts).
 */
export * from "unenv/node/async_hooks";

import * as unenv from "unenv/node/async_hooks";

type Callback = (this: unknown, ...given: unknown[]) => unknown;

let current: ReadonlyMap<AsyncLocalStorage<unknown>, unknown> = new Map();

/** Calls `callback` in a context, and goes back to the previous one. */
function within<Result>(context: typeof current, callback: () => Result): Result {
  const before = current;
  current = context;
  try {
    return callback();
  } finally {
    current = before;
  }
}

/** A function that always runs in the present context. A value that is no function stays as it is. */
function bound<Given>(callback: Given): Given {
  if (typeof callback !== "function") return callback;
  const context = current;
  const original = callback as unknown as Callback;
  return function (this: unknown, ...given: unknown[]) {
    return within(context, () => original.apply(this, given));
  } as unknown as Given;
}

function keepContextAcrossCallbacks(): void {
  const { then } = Promise.prototype;
  // biome-ignore lint/suspicious/noThenProperty: it replaces the `then` that is there.
  Promise.prototype.then = function (onFulfilled, onRejected) {
    return then.call(this, bound(onFulfilled), bound(onRejected)) as never;
  };
  const scope = globalThis as unknown as Record<string, Callback>;
  for (const name of ["queueMicrotask", "setTimeout", "setInterval"]) {
    const original = scope[name]!;
    scope[name] = (callback, ...given) => original(bound(callback), ...given);
  }
}
keepContextAcrossCallbacks();

export class AsyncLocalStorage<Store> {
  readonly name: string;
  readonly #default: Store | undefined;

  constructor({ name = "", defaultValue }: { name?: string; defaultValue?: Store } = {}) {
    this.name = name;
    this.#default = defaultValue;
  }

  static bind<Bound>(callback: Bound): Bound {
    return bound(callback);
  }

  static snapshot(): <Result>(callback: (...given: unknown[]) => Result, ...given: unknown[]) => Result {
    const context = current;
    return (callback, ...given) => within(context, () => callback(...given));
  }

  getStore(): Store | undefined {
    return current.has(this) ? (current.get(this) as Store) : this.#default;
  }

  run<Result>(store: Store, callback: (...given: unknown[]) => Result, ...given: unknown[]): Result {
    return within(new Map(current).set(this, store), () => callback(...given));
  }

  exit<Result>(callback: (...given: unknown[]) => Result, ...given: unknown[]): Result {
    return within(this.#without(), () => callback(...given));
  }

  enterWith(store: Store): void {
    current = new Map(current).set(this, store);
  }

  disable(): void {
    current = this.#without();
  }

  #without(): typeof current {
    const context = new Map(current);
    context.delete(this);
    return context;
  }
}

export class AsyncResource {
  readonly type: string;
  readonly #context = current;

  constructor(type: string) {
    this.type = type;
  }

  static bind<Bound>(callback: Bound): Bound {
    return bound(callback);
  }

  bind<Bound extends Callback>(callback: Bound): Bound {
    return within(this.#context, () => bound(callback));
  }

  runInAsyncScope<Result>(callback: (...given: unknown[]) => Result, self?: unknown, ...given: unknown[]): Result {
    return within(this.#context, () => callback.apply(self, given));
  }

  emitDestroy(): this {
    return this;
  }

  asyncId(): number {
    return 1;
  }

  triggerAsyncId(): number {
    return 0;
  }
}

export default { ...unenv.default, AsyncLocalStorage, AsyncResource };

/** `AbortController` and `AbortSignal` of the DOM standard. */
import { DOMException, Event, EventTarget, reportListenerErrors } from "./events.ts";
import { apply, tagged } from "./intrinsics.ts";
import { addTimer } from "./timers.ts";

const made = Symbol();

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason: unknown;
  /** The signals that `any` made of this one. */
  #dependents: AbortSignal[] = [];
  onabort: ((event: Event) => unknown) | null = null;

  constructor(mark?: unknown) {
    super();
    if (mark !== made) throw new TypeError("Illegal constructor");
  }

  /** @internal */
  static make(): AbortSignal {
    return new AbortSignal(made);
  }

  /** @internal */
  static abortWith(signal: AbortSignal, reason: unknown): void {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason ?? new DOMException("This operation was aborted", "AbortError");
    const event = new Event("abort");
    if (typeof signal.onabort === "function") {
      try {
        apply(signal.onabort, signal, [event]);
      } catch (error) {
        report(error);
      }
    }
    signal.dispatchEvent(event);
    for (const dependent of signal.#dependents) AbortSignal.abortWith(dependent, signal.#reason);
    signal.#dependents = [];
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = AbortSignal.make();
    AbortSignal.abortWith(signal, reason);
    return signal;
  }

  static timeout(ms: number): AbortSignal {
    const signal = AbortSignal.make();
    const expire = () => AbortSignal.abortWith(signal, new DOMException("The operation timed out", "TimeoutError"));
    addTimer("AbortSignal.timeout", expire, ms, [], false);
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const all = [...signals];
    const result = AbortSignal.make();
    const aborted = all.find((signal) => signal.#aborted);
    if (aborted) AbortSignal.abortWith(result, aborted.#reason);
    else for (const signal of all) signal.#dependents.push(result);
    return result;
  }

  get aborted(): boolean {
    return this.#aborted;
  }
  get reason(): unknown {
    return this.#reason;
  }
  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }
}
tagged(AbortSignal, "AbortSignal");

export class AbortController {
  #signal = AbortSignal.make();
  get signal(): AbortSignal {
    return this.#signal;
  }
  abort(reason?: unknown): void {
    AbortSignal.abortWith(this.#signal, reason);
  }
}
tagged(AbortController, "AbortController");

let report: (error: unknown) => void = () => {};
export function reportErrors(log: (error: unknown) => void): void {
  report = log;
  reportListenerErrors(log);
}

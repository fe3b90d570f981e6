/** `AbortController` and `AbortSignal` of the DOM standard. */
import { DOMException } from "./dom-exception.ts";
import { Event } from "./event.ts";
import { EventTarget, eventHandler } from "./event-target.ts";
import { tagged } from "./intrinsics.ts";
import { addTimer } from "./timers.ts";
import { sequence } from "./web-idl.ts";

const made = Symbol();

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason: unknown;
  /** The signals that `any` has made of this one. */
  #dependents: AbortSignal[] = [];
  /** The signals that this one was made of. None of them depends on another signal. */
  #sources: AbortSignal[] = [];
  declare onabort: ((event: Event) => unknown) | null;

  constructor(mark?: unknown) {
    super();
    if (mark !== made) throw new TypeError("Illegal constructor");
  }

  /** @internal */
  static make(): AbortSignal {
    return new AbortSignal(made);
  }

  /** @internal */
  static is(value: unknown): value is AbortSignal {
    return typeof value === "object" && value !== null && #aborted in value;
  }

  /** @internal */
  static abortWith(signal: AbortSignal, reason: unknown): void {
    if (signal.#aborted) return;
    const told = [signal, ...signal.#dependents.filter((dependent) => !dependent.#aborted)];
    const given = reason === undefined ? new DOMException("This operation was aborted", "AbortError") : reason;
    for (const each of told) {
      each.#aborted = true;
      each.#reason = given;
    }
    signal.#dependents = [];
    for (const each of told) each.dispatchEvent(Event.trust(new Event("abort")));
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = AbortSignal.make();
    AbortSignal.abortWith(signal, reason);
    return signal;
  }

  static timeout(ms: number): AbortSignal {
    const number = Math.trunc(Number(ms));
    if (!(number >= 0 && number <= Number.MAX_SAFE_INTEGER))
      throw new TypeError(`AbortSignal.timeout: ${String(ms)} is no number of milliseconds`);
    const signal = AbortSignal.make();
    const expire = () => AbortSignal.abortWith(signal, new DOMException("The operation timed out", "TimeoutError"));
    addTimer("AbortSignal.timeout", expire, number, [], false);
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const all = [...sequence<AbortSignal>(signals, "AbortSignal.any: the argument")];
    for (const signal of all) {
      if (!AbortSignal.is(signal)) throw new TypeError("AbortSignal.any: an element is no AbortSignal");
    }
    const result = AbortSignal.make();
    const aborted = all.find((signal) => signal.#aborted);
    if (aborted) {
      AbortSignal.abortWith(result, aborted.#reason);
      return result;
    }
    for (const signal of all) {
      for (const source of signal.#sources.length ? signal.#sources : [signal]) {
        if (result.#sources.includes(source)) continue;
        result.#sources.push(source);
        source.#dependents.push(result);
      }
    }
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
eventHandler(AbortSignal, "abort");

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

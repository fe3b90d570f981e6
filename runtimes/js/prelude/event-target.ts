/** `EventTarget` of the DOM standard. */
import { DOMException } from "./dom-exception.ts";
import { Event } from "./event.ts";
import { apply, tagged } from "./intrinsics.ts";

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };
interface Entry {
  type: string;
  listener: Listener;
  capture: boolean;
  once: boolean;
  passive: boolean;
  removed: boolean;
}
interface ListenerOptions {
  capture?: boolean;
  once?: boolean;
  passive?: boolean;
  signal?: ListenerSignal;
}
interface ListenerSignal {
  readonly aborted: boolean;
  addEventListener(type: string, listener: Listener): void;
}

let onListenerError: (error: unknown) => void = () => {};
export function reportListenerErrors(report: (error: unknown) => void): void {
  onListenerError = report;
}

function captureOf(options: unknown): boolean {
  return Boolean(typeof options === "object" && options !== null ? (options as ListenerOptions).capture : options);
}

export class EventTarget {
  #entries: Entry[] | undefined;

  addEventListener(type: string, listener?: Listener | null, options?: boolean | ListenerOptions): void {
    if (listener === undefined) throw new TypeError("addEventListener: the second argument, the listener, is missing");
    if (listener !== null && typeof listener !== "function" && typeof listener !== "object")
      throw new TypeError("addEventListener: the listener is neither a function nor an object");
    const { once, passive, signal } = typeof options === "object" && options !== null ? options : {};
    if (signal !== undefined && (typeof signal !== "object" || typeof signal?.aborted !== "boolean"))
      throw new TypeError("addEventListener: the option signal is no AbortSignal");
    if (listener === null || signal?.aborted) return;
    const capture = captureOf(options);
    const name = `${type}`;
    if (this.#find(name, listener, capture) >= 0) return;
    const entry = { type: name, listener, capture, once: Boolean(once), passive: Boolean(passive), removed: false };
    // A dispatch that is under way goes on through the old list.
    this.#entries = [...(this.#entries ?? []), entry];
    signal?.addEventListener("abort", () => this.removeEventListener(name, listener, capture));
  }

  removeEventListener(type: string, listener?: Listener | null, options?: boolean | ListenerOptions): void {
    if (!listener) return;
    const at = this.#find(`${type}`, listener, captureOf(options));
    if (at < 0) return;
    this.#entries![at]!.removed = true;
    this.#entries = this.#entries!.filter((_, index) => index !== at);
  }

  #find(type: string, listener: Listener, capture: boolean): number {
    const entries = this.#entries;
    if (!entries) return -1;
    return entries.findIndex(
      (entry) => entry.type === type && entry.listener === listener && entry.capture === capture,
    );
  }

  dispatchEvent(event: Event): boolean {
    const state = Event.state(event);
    if (state === "none") throw new TypeError("dispatchEvent: the argument is no Event");
    if (state === "under way") throw new DOMException("The event is being dispatched already", "InvalidStateError");
    Event.begin(event, this ?? globalThis);
    const entries = this.#entries ?? [];
    // At the target, listeners that capture come first.
    for (const capture of [true, false]) {
      for (const entry of entries) {
        if (entry.removed || entry.capture !== capture || entry.type !== event.type) continue;
        if (!Event.before(event, entry.passive)) break;
        if (entry.once) this.removeEventListener(entry.type, entry.listener, capture);
        try {
          const { listener } = entry;
          if (typeof listener === "function") apply(listener, this, [event]);
          else if (typeof listener.handleEvent === "function") listener.handleEvent(event);
          else throw new TypeError("The listener's handleEvent is not a function");
        } catch (error) {
          onListenerError(error);
        }
      }
    }
    Event.end(event);
    return !event.defaultPrevented;
  }

  /** @internal Whether there is a listener for a type. */
  static listens(target: EventTarget, type: string): boolean {
    return target.#entries?.some((entry) => entry.type === type) ?? false;
  }
}
tagged(EventTarget, "EventTarget");

/** Makes `on...` an attribute of a class: a listener at the place where it was first set (HTML, "event handlers"). */
export function eventHandler(type: { prototype: EventTarget }, name: string): void {
  const handlers = new WeakMap<object, { handler: unknown }>();
  Object.defineProperty(type.prototype, `on${name}`, {
    get(this: EventTarget) {
      return handlers.get(this)?.handler ?? null;
    },
    set(this: EventTarget, value: unknown) {
      const handler = typeof value === "function" || (typeof value === "object" && value !== null) ? value : null;
      const known = handlers.get(this);
      if (known) {
        known.handler = handler;
        return;
      }
      const state = { handler: handler as unknown };
      handlers.set(this, state);
      this.addEventListener(name, (event) => {
        if (typeof state.handler === "function") return apply(state.handler as () => unknown, this, [event]);
      });
    },
    configurable: true,
    enumerable: true,
  });
}

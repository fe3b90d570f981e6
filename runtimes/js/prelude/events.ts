/**
 * `Event`, `EventTarget`, `CustomEvent` and `DOMException` of the DOM standard. There are no trees: an event has one
 * target.
 */
import { apply, defineProperty, tagged } from "./intrinsics.ts";

const codes: Record<string, number> = {
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
};

export class DOMException extends Error {
  #name: string;

  constructor(message = "", options: string | { name?: string; cause?: unknown } = "Error") {
    super(`${message}`, typeof options === "object" && "cause" in options ? { cause: options.cause } : undefined);
    this.#name = `${typeof options === "object" ? (options.name ?? "Error") : options}`;
  }

  override get name(): string {
    return this.#name;
  }
  get code(): number {
    return codes[this.#name] ?? 0;
  }
}
tagged(DOMException, "DOMException");
for (const [name, code] of Object.entries(codes)) {
  const constant = name
    .replace(/Error$/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toUpperCase();
  defineProperty(DOMException, `${constant}_ERR`, { value: code, enumerable: true });
}

export class Event {
  #type: string;
  #target: EventTarget | null = null;
  #cancelable: boolean;
  #bubbles: boolean;
  #composed: boolean;
  #prevented = false;
  #stopped = false;
  readonly timeStamp = 0;
  readonly isTrusted = false;

  constructor(type: string, init: { bubbles?: boolean; cancelable?: boolean; composed?: boolean } = {}) {
    this.#type = `${type}`;
    this.#bubbles = Boolean(init.bubbles);
    this.#cancelable = Boolean(init.cancelable);
    this.#composed = Boolean(init.composed);
  }

  /** @internal */
  static aim(event: Event, target: EventTarget | null): void {
    event.#target = target;
  }
  /** @internal */
  static stopped(event: Event): boolean {
    return event.#stopped;
  }

  get type(): string {
    return this.#type;
  }
  get target(): EventTarget | null {
    return this.#target;
  }
  get currentTarget(): EventTarget | null {
    return this.#target;
  }
  get bubbles(): boolean {
    return this.#bubbles;
  }
  get cancelable(): boolean {
    return this.#cancelable;
  }
  get composed(): boolean {
    return this.#composed;
  }
  get defaultPrevented(): boolean {
    return this.#prevented;
  }
  preventDefault(): void {
    if (this.#cancelable) this.#prevented = true;
  }
  stopPropagation(): void {}
  stopImmediatePropagation(): void {
    this.#stopped = true;
  }
  composedPath(): EventTarget[] {
    return this.#target ? [this.#target] : [];
  }
}
tagged(Event, "Event");

export class CustomEvent extends Event {
  #detail: unknown;
  constructor(type: string, init: { detail?: unknown; bubbles?: boolean; cancelable?: boolean } = {}) {
    super(type, init);
    this.#detail = init.detail ?? null;
  }
  get detail(): unknown {
    return this.#detail;
  }
}
tagged(CustomEvent, "CustomEvent");

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };
interface Entry {
  type: string;
  listener: Listener;
  once: boolean;
  removed: boolean;
}
interface ListenerSignal {
  readonly aborted: boolean;
  addEventListener(type: string, listener: Listener): void;
}

let onListenerError: (error: unknown) => void = () => {};
export function reportListenerErrors(report: (error: unknown) => void): void {
  onListenerError = report;
}

export class EventTarget {
  #entries: Entry[] | undefined;

  addEventListener(
    type: string,
    listener: Listener | null,
    options: boolean | { once?: boolean; signal?: ListenerSignal } = {},
  ): void {
    if (listener === null || listener === undefined) return;
    const { once = false, signal } = typeof options === "object" ? options : {};
    if (signal?.aborted) return;
    this.#entries ??= [];
    const entries = this.#entries;
    for (const entry of entries) if (entry.type === type && entry.listener === listener) return;
    entries[entries.length] = { type: `${type}`, listener, once, removed: false };
    signal?.addEventListener("abort", () => this.removeEventListener(type, listener));
  }

  removeEventListener(type: string, listener: Listener | null): void {
    this.#entries = this.#entries?.filter((entry) => {
      if (entry.type !== type || entry.listener !== listener) return true;
      entry.removed = true;
      return false;
    });
  }

  dispatchEvent(event: Event): boolean {
    Event.aim(event, this);
    for (const entry of [...(this.#entries ?? [])]) {
      if (entry.removed || entry.type !== event.type) continue;
      if (entry.once) this.removeEventListener(entry.type, entry.listener);
      try {
        const { listener } = entry;
        if (typeof listener === "function") apply(listener, this, [event]);
        else listener.handleEvent(event);
      } catch (error) {
        onListenerError(error);
      }
      if (Event.stopped(event)) break;
    }
    return !event.defaultPrevented;
  }
}
tagged(EventTarget, "EventTarget");

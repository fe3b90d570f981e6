/** `Event` and its kinds (DOM, HTML). There are no trees: an event has one target. */
import { defineProperty, tagged } from "./intrinsics.ts";
import { dictionary } from "./web-idl.ts";

interface EventInit {
  bubbles?: boolean;
  cancelable?: boolean;
  composed?: boolean;
}

const phase = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 } as const;

export class Event {
  #type: string;
  #target: object | null = null;
  #phase: number = phase.NONE;
  #cancelable: boolean;
  #bubbles: boolean;
  #composed: boolean;
  #prevented = false;
  #passive = false;
  #stopped = false;
  #stoppedAtOnce = false;
  #trusted = false;
  readonly #timeStamp = $monotonic();

  constructor(type: string, init?: EventInit) {
    if (type === undefined) throw new TypeError("Event: the first argument, the type, is missing");
    const { bubbles, cancelable, composed } = dictionary<EventInit>(init, "The second argument");
    this.#type = `${type}`;
    this.#bubbles = Boolean(bubbles);
    this.#cancelable = Boolean(cancelable);
    this.#composed = Boolean(composed);
  }

  /** @internal Whether the value is an event, and whether it is under way. */
  static state(value: unknown): "none" | "ready" | "under way" {
    if (typeof value !== "object" || value === null || !(#type in value)) return "none";
    return value.#phase === phase.NONE ? "ready" : "under way";
  }
  /** @internal Makes an event one of the host's. */
  static trust<T extends Event>(event: T): T {
    event.#trusted = true;
    return event;
  }
  /** @internal */
  static begin(event: Event, target: object): void {
    event.#target = target;
    event.#phase = phase.AT_TARGET;
  }
  /** @internal @returns whether listeners may go on */
  static before(event: Event, passive: boolean): boolean {
    event.#passive = passive;
    return !event.#stoppedAtOnce;
  }
  /** @internal */
  static end(event: Event): void {
    event.#phase = phase.NONE;
    event.#passive = false;
    event.#stopped = false;
    event.#stoppedAtOnce = false;
  }

  get type(): string {
    return this.#type;
  }
  get target(): object | null {
    return this.#target;
  }
  get srcElement(): object | null {
    return this.#target;
  }
  get currentTarget(): object | null {
    return this.#phase === phase.NONE ? null : this.#target;
  }
  get eventPhase(): number {
    return this.#phase;
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
  get returnValue(): boolean {
    return !this.#prevented;
  }
  set returnValue(value: boolean) {
    if (!value) this.preventDefault();
  }
  get cancelBubble(): boolean {
    return this.#stopped;
  }
  set cancelBubble(value: boolean) {
    if (value) this.#stopped = true;
  }
  get timeStamp(): number {
    return this.#timeStamp;
  }
  get isTrusted(): boolean {
    return this.#trusted;
  }

  preventDefault(): void {
    if (this.#cancelable && !this.#passive) this.#prevented = true;
  }
  stopPropagation(): void {
    this.#stopped = true;
  }
  stopImmediatePropagation(): void {
    this.#stopped = true;
    this.#stoppedAtOnce = true;
  }
  composedPath(): object[] {
    return this.#phase === phase.NONE ? [] : [this.#target!];
  }
  initEvent(type: string, bubbles = false, cancelable = false): void {
    if (this.#phase !== phase.NONE) return;
    this.#type = `${type}`;
    this.#bubbles = Boolean(bubbles);
    this.#cancelable = Boolean(cancelable);
    this.#prevented = false;
    this.#target = null;
  }
}
tagged(Event, "Event");
for (const [name, value] of Object.entries(phase)) {
  for (const holder of [Event, Event.prototype]) defineProperty(holder, name, { value, enumerable: true });
}

export class CustomEvent extends Event {
  #detail: unknown;

  constructor(type: string, init?: EventInit & { detail?: unknown }) {
    super(type, init);
    this.#detail = init?.detail ?? null;
  }
  get detail(): unknown {
    return this.#detail;
  }
}
tagged(CustomEvent, "CustomEvent");

interface ErrorEventInit extends EventInit {
  message?: string;
  filename?: string;
  lineno?: number;
  colno?: number;
  error?: unknown;
}

export class ErrorEvent extends Event {
  readonly #init: ErrorEventInit;

  constructor(type: string, init?: ErrorEventInit) {
    super(type, init);
    this.#init = { ...init };
  }
  get message(): string {
    return `${this.#init.message ?? ""}`;
  }
  get filename(): string {
    return `${this.#init.filename ?? ""}`;
  }
  get lineno(): number {
    return Number(this.#init.lineno ?? 0) >>> 0;
  }
  get colno(): number {
    return Number(this.#init.colno ?? 0) >>> 0;
  }
  get error(): unknown {
    return this.#init.error;
  }
}
tagged(ErrorEvent, "ErrorEvent");

interface PromiseRejectionEventInit extends EventInit {
  promise: object;
  reason?: unknown;
}

export class PromiseRejectionEvent extends Event {
  readonly #promise: object;
  readonly #reason: unknown;

  constructor(type: string, init: PromiseRejectionEventInit) {
    super(type, init);
    if (typeof init?.promise !== "object") throw new TypeError("PromiseRejectionEvent: the member promise is missing");
    this.#promise = init.promise;
    this.#reason = init.reason;
  }
  get promise(): object {
    return this.#promise;
  }
  get reason(): unknown {
    return this.#reason;
  }
}
tagged(PromiseRejectionEvent, "PromiseRejectionEvent");

interface MessageEventInit extends EventInit {
  data?: unknown;
  origin?: string;
  lastEventId?: string;
  source?: object | null;
  ports?: Iterable<object>;
}

export class MessageEvent extends Event {
  readonly #init: MessageEventInit;
  readonly #ports: readonly object[];

  constructor(type: string, init?: MessageEventInit) {
    super(type, init);
    this.#init = { ...init };
    this.#ports = Object.freeze([...(init?.ports ?? [])]);
  }
  get data(): unknown {
    return this.#init.data ?? null;
  }
  get origin(): string {
    return `${this.#init.origin ?? ""}`;
  }
  get lastEventId(): string {
    return `${this.#init.lastEventId ?? ""}`;
  }
  get source(): object | null {
    return this.#init.source ?? null;
  }
  get ports(): readonly object[] {
    return this.#ports;
  }
}
tagged(MessageEvent, "MessageEvent");

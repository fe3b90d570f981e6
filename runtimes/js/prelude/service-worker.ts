/** Programs in the form of a service worker: `addEventListener("fetch", (event) => event.respondWith(...))`. */
import { DOMException } from "./dom-exception.ts";
import { Event } from "./event.ts";
import { EventTarget } from "./event-target.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { define, defineProperty, ownKeys, tagged } from "./intrinsics.ts";
import type { Request } from "./request.ts";
import type { ScheduledController } from "./scheduled.ts";
import { scope } from "./scope.ts";

export class ExtendableEvent extends Event {
  readonly #context: ExecutionContext | undefined;
  /** Vars, secrets and bindings, as a module's handler is given them. */
  readonly env: object;

  constructor(type: string, init?: object, env: object = {}, context?: ExecutionContext) {
    super(type, init);
    this.#context = context;
    this.env = env;
  }
  waitUntil(promise: unknown): void {
    if (!this.#context) throw new DOMException("The event is none of the host's", "InvalidStateError");
    this.#context.waitUntil(promise);
  }
  passThroughOnException(): void {}
}
tagged(ExtendableEvent, "ExtendableEvent");

export class FetchEvent extends ExtendableEvent {
  readonly #request: Request;
  #answer: { value: unknown } | undefined;

  constructor(type: string, init: { request: Request }, env?: object, context?: ExecutionContext) {
    super(type, init, env, context);
    this.#request = init.request;
  }
  get request(): Request {
    return this.#request;
  }
  respondWith(response: unknown): void {
    if (this.#answer) throw new DOMException("respondWith has been called already", "InvalidStateError");
    this.#answer = { value: response };
    this.stopImmediatePropagation();
  }
  /** @internal */
  static answer(event: FetchEvent): unknown {
    if (event.#answer) return event.#answer.value;
    throw new TypeError('No listener for "fetch" has called event.respondWith(response)');
  }
}
tagged(FetchEvent, "FetchEvent");

class ScheduledEvent extends ExtendableEvent {
  readonly cron: string;
  readonly scheduledTime: number;

  constructor({ cron, scheduledTime }: ScheduledController, env: object, context: ExecutionContext) {
    super("scheduled", {}, env, context);
    this.cron = cron;
    this.scheduledTime = scheduledTime;
  }
}

/** The handlers that stand for a program's listeners; undefined if there are none. */
export function listeningHandlers() {
  return {
    fetch: EventTarget.listens(scope, "fetch") ? onFetch : undefined,
    scheduled: EventTarget.listens(scope, "scheduled") ? onScheduled : undefined,
  };
}

function onFetch(request: Request, env: object, context: ExecutionContext): unknown {
  expose(env);
  const event = Event.trust(new FetchEvent("fetch", { request }, env, context));
  scope.dispatchEvent(event);
  return FetchEvent.answer(event);
}

function onScheduled(controller: ScheduledController, env: object, context: ExecutionContext): void {
  expose(env);
  scope.dispatchEvent(Event.trust(new ScheduledEvent(controller, env, context)));
}

/** Names in the global scope that an earlier `env` has put there. */
const exposed: Record<string, boolean> = {};

/**
 * Programs in this form find vars, secrets and bindings in the global scope, as they do at Workers. A name that the scope
 * has already keeps its meaning.
 */
function expose(env: object): void {
  const names = ownKeys(env) as string[];
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (name in globalThis && exposed[name] !== true) continue;
    define(exposed, name, true);
    const value = (env as Record<string, unknown>)[name];
    defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
}

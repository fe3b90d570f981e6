/** `MessageChannel` and `MessagePort` of HTML, within one request: no message reaches another request. */
import { defineGlobals } from "./define-globals.ts";

const made = Symbol();

class MessagePort extends EventTarget {
  #other: MessagePort | undefined;
  #waiting: unknown[] = [];
  #started = false;
  #handler: { listener: unknown } | undefined;

  constructor(mark?: unknown) {
    super();
    if (mark !== made) throw new TypeError("Illegal constructor");
  }

  /** @internal */
  static pair(): [MessagePort, MessagePort] {
    const [one, two] = [new MessagePort(made), new MessagePort(made)];
    one.#other = two;
    two.#other = one;
    return [one, two];
  }

  get onmessage(): unknown {
    return this.#handler?.listener ?? null;
  }
  set onmessage(listener: unknown) {
    if (this.#handler) this.#handler.listener = listener;
    else {
      const handler = { listener };
      this.#handler = handler;
      this.addEventListener("message", (event) => {
        if (typeof handler.listener === "function") handler.listener.call(this, event);
      });
    }
    this.start();
  }

  postMessage(message: unknown, options?: ArrayBuffer[] | { transfer?: ArrayBuffer[] }): void {
    const transfer = (Array.isArray(options) ? options : options?.transfer) ?? [];
    const data = structuredClone(message, { transfer });
    const other = this.#other;
    if (!other) return;
    other.#waiting.push(data);
    if (other.#started) other.#deliverLater();
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (let i = 0; i < this.#waiting.length; i++) this.#deliverLater();
  }

  close(): void {
    if (this.#other) this.#other.#other = undefined;
    this.#other = undefined;
    this.#waiting = [];
  }

  /** Delivers a message as a task of its own, as a timer is. */
  #deliverLater(): void {
    setTimeout(() => this.#deliver());
  }

  #deliver(): void {
    if (this.#waiting.length === 0) return;
    this.dispatchEvent(new MessageEvent("message", { data: this.#waiting.shift() }));
  }
}
class MessageChannel {
  readonly #ports = MessagePort.pair();

  get port1(): MessagePort {
    return this.#ports[0];
  }
  get port2(): MessagePort {
    return this.#ports[1];
  }
}

defineGlobals({ MessageChannel, MessagePort });

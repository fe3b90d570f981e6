/** Calls of bindings from a group's process. The host's process answers them: it has the files, keys and sockets. */
import type { GrantedContext } from "../bindings/host-bindings.ts";
import type { FromGroup } from "./messages.ts";

const NOTHING = new Uint8Array(0);

export class RemoteBindings {
  readonly #send: (message: FromGroup, body?: Uint8Array) => void;
  readonly #waiting = new Map<number, (reply: Uint8Array) => void>();
  readonly #attempts = new WeakMap<object, number>();
  #lastAttempt = 0;
  #lastCall = 0;

  constructor(send: (message: FromGroup, body?: Uint8Array) => void) {
    this.#send = send;
  }

  /** @param context the call's context; its `requestId` is the run's number */
  async call(frame: Uint8Array, { requestId, request, signal }: GrantedContext): Promise<Uint8Array> {
    if (signal.aborted) return NOTHING;
    const call = ++this.#lastCall;
    const reply = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(call, reply.resolve);
    this.#send({ kind: "call", run: Number(requestId), call, attempt: this.#attemptOf(request) }, frame);
    signal.addEventListener("abort", () => {
      if (!this.#waiting.delete(call)) return;
      this.#send({ kind: "abort", call });
      // Nobody reads this reply, because the call was given up.
      reply.resolve(NOTHING);
    });
    return reply.promise;
  }

  take(call: number, reply: Uint8Array): void {
    this.#waiting.get(call)?.(reply);
    this.#waiting.delete(call);
  }

  #attemptOf(request: object): number {
    const known = this.#attempts.get(request);
    if (known !== undefined) return known;
    this.#attempts.set(request, ++this.#lastAttempt);
    return this.#lastAttempt;
  }
}

/** Answers in the main thread the calls of bindings that static components make, each for the request that made it. */
import type { GrantedContext, HostBindings } from "../bindings/host-bindings.ts";
import { encodeError } from "../bindings/message.ts";
import type { HeldMemory } from "../fairness/held-memory.ts";
import type { PassedCall } from "../protocol/static-step.ts";

/** The request of a call, as far as bindings need it. */
export type Caller = Omit<GrantedContext, "signal">;

export class StaticCalls {
  readonly #bindings: Pick<HostBindings, "call">;
  readonly #heldMemory: HeldMemory;
  readonly #callers = new Map<number, Caller>();

  /** @param heldMemory counts the frames of calls under way */
  constructor(bindings: Pick<HostBindings, "call">, heldMemory: HeldMemory) {
    this.#bindings = bindings;
    this.#heldMemory = heldMemory;
  }

  /** Answers the calls of a step until the result is disposed. */
  open(step: number, caller: Caller): Disposable {
    this.#callers.set(step, caller);
    return { [Symbol.dispose]: () => void this.#callers.delete(step) };
  }

  async answer({ step, frame, port }: PassedCall): Promise<void> {
    const caller = this.#callers.get(step);
    const abort = new AbortController();
    port.once("close", () => abort.abort());
    if (caller !== undefined) {
      const reply = await this.#call(frame, { ...caller, signal: abort.signal });
      port.postMessage(reply, [reply.buffer as ArrayBuffer]);
    }
    port.close();
  }

  async #call(frame: Uint8Array, context: GrantedContext): Promise<Uint8Array> {
    try {
      using _held = this.#heldMemory.hold(context.tenant, frame.byteLength, context.limits.waitingMemoryLimitBytes);
      return await this.#bindings.call(frame, context);
    } catch (error) {
      return encodeError(error);
    }
  }
}

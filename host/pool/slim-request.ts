/**
 * The life of one request to a slim tenant: start -> (pending -> operations -> resume)* -> answer.
 *
 * Between steps the request is a `SuspendedContext` and a few timers in this thread. It holds no slot and no worker.
 */
import type { GrantedContext, HostBindings } from "../bindings/host-bindings.ts";
import { plinthError } from "../errors.ts";
import type { HeldMemory } from "../fairness/held-memory.ts";
import type { RequestLog } from "../observe/tenant-log.ts";
import type { SuspendedContext } from "../protocol/artifact.ts";
import type { FirstInput } from "../protocol/first-input.ts";
import type { WireResponse } from "../protocol/http.ts";
import type { SlotStep, StepResult } from "../protocol/slot-step.ts";
import { corruptBlob } from "./corrupt-blob.ts";
import { grantsJson } from "./grants-json.ts";
import { limitError } from "./limit-error.ts";
import { Operations } from "./operations.ts";
import type { SlotPool } from "./slot-pool.ts";
import { StepEnded, WorkerLost } from "./step-failures.ts";
import { stepLimits } from "./step-limits.ts";
import type { SlimTarget } from "./target.ts";

/** Shared by all requests to slim tenants. */
export interface SlimRequestHost {
  readonly pool: SlotPool;
  readonly heldMemory: HeldMemory;
  readonly bindings: HostBindings;
}

export class SlimRequest {
  readonly #pool: SlotPool;
  readonly #heldMemory: HeldMemory;
  readonly #bindings: HostBindings;
  readonly #target: SlimTarget;
  readonly #requestId: string;
  readonly #log: RequestLog;
  readonly #operations = new Operations();
  /** Holds of replies whose step has not ended yet, by operation. */
  readonly #replies = new Map<number, Disposable>();
  readonly #abort = new AbortController();
  readonly #answer = Promise.withResolvers<WireResponse>();
  #cpuUsedMs = 0;
  /** Resolves when nothing of the request is left, not even work behind an early response. It is never rejected. */
  readonly finished: Promise<void>;

  constructor(
    { pool, heldMemory, bindings }: SlimRequestHost,
    target: SlimTarget,
    input: FirstInput,
    requestId: string,
    log: RequestLog,
  ) {
    this.#requestId = requestId;
    this.#pool = pool;
    this.#heldMemory = heldMemory;
    this.#bindings = bindings;
    this.#target = target;
    this.#log = log;
    const { limits } = target;
    const timeout = setTimeout(() => this.#fail(limitError("wall", limits)), limits.wallMs);
    // The caller may not listen any more when the answer is rejected.
    this.#answer.promise.catch(() => {});
    this.finished = this.#live(input)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        clearTimeout(timeout);
        this.#operations.clear();
        for (const operation of this.#replies.keys()) this.#release(operation);
      });
  }

  /** @throws PlinthError for the client. The tenant's log has the details */
  get answer(): Promise<WireResponse> {
    return this.#answer.promise;
  }

  /** Gives up the request of a client that has gone. A running step goes on to its end, and its result is dropped. */
  cancel(reason: unknown): void {
    this.#fail(reason);
  }

  async #live(input: FirstInput): Promise<void> {
    let result = await this.#step(input);
    for (;;) {
      const context = this.#take(result);
      if (context === null) return;
      using _held = this.#hold(context);
      const ended = await this.#untilAborted(this.#operations.next());
      const events = ended.map(({ operation, reply }) => ({ operation, outcome: { tag: "ok" as const, val: reply } }));
      result = await this.#step({ kind: "resume", events, context });
      for (const { operation } of ended) this.#release(operation);
    }
  }

  /** Takes in a step's result. @returns the context to resume, or null if the request has ended */
  #take(result: StepResult): SuspendedContext | null {
    this.#cpuUsedMs += result.cpuMs;
    this.#log.add(result.logs, result.logsDropped);
    for (const operation of result.cancelled) this.#operations.cancel(operation);
    for (const { operation, ms } of result.timers) this.#operations.startTimer(operation, ms);
    for (const { operation, frame } of result.calls) this.#call(operation, frame);
    const { outcome } = result;
    switch (outcome.tag) {
      case "response":
        this.#answer.resolve(outcome.response);
        return null;
      case "done":
        this.#fail(plinthError("PLINTH_TENANT_NEVER_RESPONDS"));
        return null;
      case "failed": {
        this.#log.failure(outcome.message, this.#target.sourceMap);
        this.#fail(limitError(outcome.limit, this.#target.limits));
        return null;
      }
      case "corrupt":
        this.#fail(corruptBlob(outcome.blob, this.#log));
        return null;
      case "early-response":
        this.#answer.resolve(outcome.response);
        break;
      case "pending":
        break;
    }
    if (this.#operations.outstanding === 0) {
      this.#log.failure("the handler is waiting, but none of its operations is outstanding", null);
      this.#fail(plinthError("PLINTH_TENANT_NEVER_RESPONDS"));
      return null;
    }
    return outcome.context;
  }

  #call(operation: number, frame: Uint8Array): void {
    const { tenant, version, grants, limits } = this.#target;
    const call = { tenant, version, requestId: this.#requestId, grants, limits, request: this };
    this.#operations.startCall(operation, frame.byteLength, async (signal) => {
      const context: GrantedContext = { ...call, signal };
      const reply = await this.#bindings.call(frame, context);
      if (!signal.aborted) this.#keep(operation, reply);
      return reply;
    });
  }

  /** Counts a reply as soon as it arrives: its step may wait for a worker while more replies arrive. */
  #keep(operation: number, { byteLength }: Uint8Array): void {
    const { tenant, limits } = this.#target;
    try {
      this.#replies.set(operation, this.#heldMemory.hold(tenant, byteLength, limits.waitingMemoryLimitBytes));
    } catch (error) {
      this.#log.failure(`the ${byteLength} bytes of a binding's reply found no room`, null);
      this.#fail(error);
    }
  }

  #release(operation: number): void {
    this.#replies.get(operation)?.[Symbol.dispose]();
    this.#replies.delete(operation);
  }

  /**
   * Counts a context and the frames of the calls under way as held until the request's next step has ended.
   *
   * @throws PlinthError if there is no room for them
   */
  #hold({ delta }: SuspendedContext): Disposable {
    const { tenant, limits } = this.#target;
    const bytes = delta.byteLength + this.#operations.bytes;
    try {
      return this.#heldMemory.hold(tenant, bytes, limits.waitingMemoryLimitBytes);
    } catch (error) {
      this.#log.failure(`the ${bytes} bytes of the waiting request's memory found no room`, null);
      throw error;
    }
  }

  async #step(input: SlotStep["input"]): Promise<StepResult> {
    const { tenant, version, runtime, image, glue } = this.#target;
    const grants = grantsJson(this.#target.grants);
    const reuse = this.#target.reuse ? `${tenant}/${version}` : null;
    const used = { cpuMs: this.#cpuUsedMs, operations: this.#operations.outstanding };
    const limits = stepLimits(this.#target.limits, used);
    try {
      return await this.#untilAborted(
        this.#pool.run(tenant, { runtime, image, reuse, glue, grants, limits, input }, this.#abort.signal),
      );
    } catch (error) {
      if (error instanceof StepEnded) {
        this.#log.failure(
          `the handler used more than its ${this.#target.limits.cpuMs} ms of CPU time and was ended`,
          null,
        );
        throw limitError("cpu", this.#target.limits);
      }
      if (error instanceof WorkerLost) {
        if (error.outOfMemory) this.#log.failure("the handler's output filled its worker's memory", null);
        throw plinthError("PLINTH_WORKER_LOST", [], { cause: error });
      }
      throw error;
    }
  }

  async #untilAborted<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#abort;
    signal.throwIfAborted();
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([work, promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #fail(error: unknown): void {
    this.#answer.reject(error);
    if (!this.#abort.signal.aborted) this.#abort.abort(error);
  }
}

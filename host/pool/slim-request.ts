/**
 * The life of one request to a slim tenant: start -> (pending -> operations -> resume)* -> answer.
 *
 * Between steps the request is a `SuspendedContext` and a few timers in this thread. It holds no slot and no worker.
 */
import type { GrantedContext, HostBindings } from "../bindings/host-bindings.ts";
import type { CodeStore } from "../code/code-store.ts";
import { plinthError } from "../errors.ts";
import { BYTE_MS } from "../fairness/bulk-turns.ts";
import type { HeldMemory } from "../fairness/held-memory.ts";
import type { RequestLog } from "../observe/tenant-log.ts";
import type { SuspendedContext } from "../protocol/artifact.ts";
import type { FirstInput } from "../protocol/first-input.ts";
import type { WireResponse } from "../protocol/http.ts";
import type { StepInput, StepResult } from "../protocol/slot-step.ts";
import { corruptBlob } from "./corrupt-blob.ts";
import { type Deadline, Deadlines } from "./deadlines.ts";
import { limitError } from "./limit-error.ts";
import { type EndedOperation, Operations } from "./operations.ts";
import { ResponseCalls } from "./response-calls.ts";
import type { SlotPool } from "./slot-pool.ts";
import { slotProgram } from "./slot-program.ts";
import { StepEnded, WorkerLost } from "./step-failures.ts";
import { stepLimits } from "./step-limits.ts";
import type { StepOwner, SubmittedStep } from "./submitted-step.ts";
import type { SlimTarget } from "./target.ts";

/** Shared by all requests to slim tenants. */
export interface SlimRequestHost {
  readonly pool: SlotPool;
  readonly heldMemory: HeldMemory;
  readonly bindings: Pick<HostBindings, "call">;
  readonly code: Pick<CodeStore, "ready">;
}

/** The ends of the requests' wall time. */
const deadlines = new Deadlines();

export class SlimRequest implements StepOwner {
  readonly #pool: SlotPool;
  readonly #heldMemory: HeldMemory;
  readonly #bindings: SlimRequestHost["bindings"];
  readonly #code: SlimRequestHost["code"];
  readonly #target: SlimTarget;
  readonly #requestId: string;
  readonly #log: RequestLog;
  readonly #operations = new Operations();
  /** Holds of replies whose step has not ended yet, by operation. */
  readonly #replies = new Map<number, Disposable>();
  #deadline: Deadline;
  /** The calls of a flowing response, made at the first of them. */
  #response: ResponseCalls | null = null;
  readonly #answer = Promise.withResolvers<WireResponse>();
  readonly #finished = Promise.withResolvers<void>();
  /** The step that waits or runs. */
  #step: SubmittedStep | null = null;
  /** The operations whose ends the step under way is told. */
  #told: readonly EndedOperation[] = [];
  /** Holds the context, from the end of a step that waits to the end of the next step. */
  #held: Disposable | null = null;
  #cpuUsedMs = 0;
  #wasCut = false;
  #isOver = false;

  constructor(
    { pool, heldMemory, bindings, code }: SlimRequestHost,
    target: SlimTarget,
    input: FirstInput,
    requestId: string,
    log: RequestLog,
  ) {
    this.#requestId = requestId;
    this.#pool = pool;
    this.#heldMemory = heldMemory;
    this.#bindings = bindings;
    this.#code = code;
    this.#target = target;
    this.#log = log;
    this.#deadline = deadlines.set(target.limits.wallMs, () => this.#wallPassed());
    // The caller may not listen any more when the answer is rejected.
    this.#answer.promise.catch(() => {});
    this.#submit(input);
  }

  /** @throws PlinthError for the client. The tenant's log has the details */
  get answer(): Promise<WireResponse> {
    return this.#answer.promise;
  }

  /** Resolves when nothing of the request is left, not even work behind an early response. It is never rejected. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  get cpuMs(): number {
    return this.#cpuUsedMs;
  }

  get wasCut(): boolean {
    return this.#wasCut;
  }

  /** Gives up the request of a client that has gone. A running step goes on to its end, and its result is dropped. */
  cancel(reason: unknown): void {
    this.#fail(reason);
  }

  stepEnded(result: StepResult): void {
    this.#step = null;
    if (this.#isOver) return;
    try {
      const context = this.#take(result);
      for (const { operation } of this.#told) this.#release(operation);
      this.#told = [];
      this.#held?.[Symbol.dispose]();
      this.#held = null;
      if (context === null) this.#end();
      else this.#wait(context);
    } catch (error) {
      this.#fail(error);
    }
  }

  stepFailed(error: unknown): void {
    this.#step = null;
    if (!this.#isOver) this.#fail(this.#reasonOf(error));
  }

  /** Submits a step, once the program's code is ready. */
  #submit(input: StepInput): void {
    const { tenant, image } = this.#target;
    const loading = image.functions === null ? null : this.#code.ready(tenant, image.functions);
    if (loading === null) this.#send(input);
    else void loading.then(() => this.#isOver || this.#send(input));
  }

  #send(input: StepInput): void {
    const { tenant, limits } = this.#target;
    const { program, beyondMs } = slotProgram(this.#target);
    // Every step may use the CPU time beyond the limit, so that time is taken off the use.
    const used = { cpuMs: this.#cpuUsedMs - beyondMs, operations: this.#operations.outstanding };
    const stepsLimits = input.kind === "resume" ? stepLimits(limits, used) : program.limits;
    try {
      const step = this.#pool.submit(tenant, { program, limits: stepsLimits, input }, this);
      if (!this.#isOver) this.#step = step;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Holds the context until operations have ended, and resumes. @throws PlinthError if there is no room for the context */
  #wait(context: SuspendedContext): void {
    this.#held = this.#hold(context);
    void this.#operations.next().then((ended) => {
      if (this.#isOver) return;
      this.#told = ended;
      const events = ended.map(({ operation, reply }) => ({ operation, outcome: { tag: "ok" as const, val: reply } }));
      this.#submit({ kind: "resume", events, context });
    });
  }

  /** Takes in a step's result. @returns the context to resume, or null if the request has ended */
  #take(result: StepResult): SuspendedContext | null {
    this.#cpuUsedMs += result.cpuMs;
    this.#log.add(result.logs, result.logsDropped, this.#target.sourceMap);
    for (const operation of result.cancelled) this.#operations.cancel(operation);
    for (const { operation, ms } of result.timers) this.#operations.startTimer(operation, ms);
    for (const { operation, frame } of result.calls) this.#call(operation, frame);
    const { outcome } = result;
    switch (outcome.tag) {
      case "response":
        this.#answer.resolve(outcome.response);
        return null;
      case "done":
        // The request is complete if it was answered before.
        throw plinthError("PLINTH_TENANT_NEVER_RESPONDS");
      case "failed":
        this.#log.failure(outcome.message, this.#target.sourceMap);
        this.#wasCut = outcome.limit === "cpu" || outcome.limit === "memory";
        throw limitError(outcome.limit, this.#target.limits);
      case "corrupt":
        throw corruptBlob(outcome.blob, this.#log);
      case "early-response":
        this.#answer.resolve(outcome.response);
        break;
      case "pending":
        break;
    }
    if (this.#operations.outstanding === 0) {
      this.#log.failure("the handler is waiting, but none of its operations is outstanding", null);
      throw plinthError("PLINTH_TENANT_NEVER_RESPONDS");
    }
    return outcome.context;
  }

  #call(operation: number, frame: Uint8Array): void {
    if (ResponseCalls.has(frame)) {
      this.#response ??= new ResponseCalls(this.#target, this.#heldMemory, this.#log, this.#answer.resolve);
      const reply = this.#response.take(frame);
      if (reply !== null) this.#operations.startCall(operation, 0, () => reply);
      return;
    }
    const { tenant, version, grants, limits } = this.#target;
    const call = { tenant, version, requestId: this.#requestId, grants, limits, request: this };
    this.#operations.startCall(operation, frame.byteLength, async (signal) => {
      const context: GrantedContext = { ...call, signal };
      const reply = await this.#bindings.call(frame, context);
      this.#pool.charge(tenant, reply.byteLength * BYTE_MS);
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
      this.#log.failure(`there was no room in memory for the ${byteLength} bytes of a binding's reply`, null);
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
      this.#log.failure(`there was no room in memory for the ${bytes} bytes of the waiting request`, null);
      throw error;
    }
  }

  /** The reason of a step's failure, for the client; the tenant's log has the details. */
  #reasonOf(error: unknown): unknown {
    const { limits } = this.#target;
    if (error instanceof StepEnded || error instanceof WorkerLost) {
      this.#wasCut = true;
      // The step's exact use is not known. Its worker is lost in any case, and has to be replaced.
      this.#cpuUsedMs = limits.cpuMs + slotProgram(this.#target).beyondMs;
    }
    if (error instanceof StepEnded) {
      this.#log.failure(`the handler used more than its ${limits.cpuMs} ms of CPU time and was ended`, null);
      return limitError("cpu", limits);
    }
    if (error instanceof WorkerLost) {
      if (error.outOfMemory) this.#log.failure("the handler's output filled its worker's memory", null);
      return plinthError("PLINTH_WORKER_LOST", [], { cause: error });
    }
    return error;
  }

  /** The wall time of a body that flows begins anew with each piece. */
  #wallPassed(): void {
    const left = this.#response?.wallLeft() ?? limitError("wall", this.#target.limits);
    if (typeof left === "number") this.#deadline = deadlines.set(left, () => this.#wallPassed());
    else this.#fail(left);
  }

  /** Ends the request in any state. */
  #fail(error: unknown): void {
    this.#answer.reject(error);
    this.#response?.break(error);
    this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    deadlines.clear(this.#deadline);
    slotProgram(this.#target).warmUp.requestEnded(this.#cpuUsedMs, this.#target.limits.cpuMs);
    if (this.#step !== null) this.#pool.withdraw(this.#step);
    this.#operations.clear();
    for (const operation of this.#replies.keys()) this.#release(operation);
    this.#held?.[Symbol.dispose]();
    this.#held = null;
    this.#finished.resolve();
  }
}

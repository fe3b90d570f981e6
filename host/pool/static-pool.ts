/**
 * The pool for static programs: components with everything inside, and WASI commands. Their requests overlap in a worker,
 * because a request that waits cannot leave it: its native stack is there. So the end of a worker takes other requests with
 * it. Requests that may safely be sent again are sent again.
 */
import type { WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { PlinthError, plinthError } from "../errors.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { HeldMemory } from "../fairness/held-memory.ts";
import type { RequestLog } from "../observe/tenant-log.ts";
import type { FirstInput, ScheduledInput } from "../protocol/first-input.ts";
import type { CgiContext, WireRequest, WireResponse } from "../protocol/http.ts";
import type { StaticResult, StaticStep } from "../protocol/static-step.ts";
import { corruptBlob } from "./corrupt-blob.ts";
import type { Dispatched } from "./dispatched.ts";
import { grantsJson } from "./grants-json.ts";
import { limitError } from "./limit-error.ts";
import type { PoolState } from "./pool-state.ts";
import type { Caller, StaticCalls } from "./static-calls.ts";
import { StaticScheduler } from "./static-scheduler.ts";
import { StepEnded } from "./step-failures.ts";
import { StepIds } from "./step-ids.ts";
import { staticLimits } from "./step-limits.ts";
import type { StaticTarget, WasiTarget } from "./target.ts";

export interface StaticPoolOptions {
  /** Threads that may be busy at once in the fast lane. */
  workers: number;
  /** Number of ready threads beyond `workers`, while static programs are in use. */
  spares: number;
  /** The most requests that overlap in one worker. */
  concurrencyPerWorker: number;
  /** The most requests that wait. */
  queueLimit: number;
  /** Compiled components that a worker keeps. */
  programsPerWorker: number;
  /** Data with which the workers open their sides of the bindings. */
  bindings: WorkerBindingsData;
  /** The tenants' accounts of CPU time. */
  shares: CpuShares;
  /** Counts the memory of requests that wait. */
  heldMemory: HeldMemory;
  /** Receives failures and messages of a worker that belong to no request. */
  onFault(error: unknown): void;
}

/** A step without its number. */
type Unnumbered = StaticStep extends infer Step ? (Step extends unknown ? Omit<Step, "id"> : never) : never;

/** The use of a request, for `Dispatched`, and whether the request is still wanted. */
interface Account {
  cpuMs: number;
  wasCut: boolean;
  /** Is aborted if nobody waits for the answer any more. */
  readonly unwanted: AbortSignal;
}

/** The safe methods (RFC 9110, section 9.2.1): an intermediary may send such a request again. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** The most tries for a request that loses its worker to another request's fault: runaways seldom come alone. */
const TRIES = 4;

export class StaticPool {
  readonly #scheduler: StaticScheduler;
  readonly #calls: StaticCalls;
  readonly #queueLimit: number;
  #inFlight = 0;
  readonly #ids = new StepIds();
  #closed = false;

  /** @param calls answers the bindings' calls that the workers pass on */
  constructor(options: StaticPoolOptions, calls: StaticCalls) {
    this.#calls = calls;
    this.#scheduler = new StaticScheduler({ ...options, onCall: (call) => void calls.answer(call) });
    this.#queueLimit = options.workers * options.concurrencyPerWorker + options.queueLimit;
  }

  /** @throws PlinthError PLINTH_OVERLOADED, PLINTH_SHUTTING_DOWN */
  dispatch(
    target: StaticTarget | WasiTarget,
    request: WireRequest,
    cgi: CgiContext,
    requestId: string,
    log: RequestLog,
  ): Dispatched {
    return this.#dispatch(target, requestStep(target, request, cgi), requestId, log);
  }

  /** Runs a scheduled run, which a WASI command does not have. @throws as `dispatch` */
  runScheduled(target: StaticTarget, input: ScheduledInput, requestId: string, log: RequestLog): Dispatched {
    return this.#dispatch(target, componentStep(target, input), requestId, log);
  }

  get state(): PoolState {
    return this.#scheduler.state;
  }

  /** Ends the workers. Requests under way are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#scheduler.close();
  }

  #dispatch(target: StaticTarget | WasiTarget, step: Unnumbered, requestId: string, log: RequestLog): Dispatched {
    if (this.#closed) throw plinthError("PLINTH_SHUTTING_DOWN");
    if (this.#inFlight >= this.#queueLimit) throw plinthError("PLINTH_OVERLOADED");
    this.#inFlight++;
    const { promise, resolve, reject } = Promise.withResolvers<WireResponse>();
    promise.catch(() => {});
    // The worker limits the wall time of a request that has begun. This timer is for a request that never begins.
    const { limits } = target;
    const unwanted = new AbortController();
    const giveUp = (reason: unknown) => {
      reject(reason);
      unwanted.abort(reason);
    };
    const timeout = setTimeout(() => giveUp(limitError("wall", limits)), limits.wallMs + WALL_GRACE_MS);
    const account = { cpuMs: 0, wasCut: false, unwanted: unwanted.signal };
    const finished = this.#run(target, step, requestId, log, account)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timeout);
        this.#inFlight--;
      });
    // A component cannot learn that nobody waits any more. It runs to its end within its limits.
    return Object.assign(account, { answer: promise, cancel: giveUp, finished });
  }

  async #run(
    target: StaticTarget | WasiTarget,
    step: Unnumbered,
    requestId: string,
    log: RequestLog,
    account: Account,
  ): Promise<WireResponse> {
    const { outcome, logs, logsDropped, cpuMs } = await this.#runAgainIfSafe(target, step, requestId, log, account);
    account.cpuMs = cpuMs;
    account.wasCut = outcome.tag === "failed" && (outcome.limit === "cpu" || outcome.limit === "memory");
    log.add(logs, logsDropped);
    if (outcome.tag === "response") return outcome.response;
    if (outcome.tag === "corrupt") throw corruptBlob(outcome.blob, log);
    log.failure(outcome.message, null);
    throw limitError(outcome.limit, target.limits);
  }

  async #runAgainIfSafe(
    { tenant, version, grants, limits }: StaticTarget | WasiTarget,
    step: Unnumbered,
    requestId: string,
    log: RequestLog,
    account: Account,
  ): Promise<StaticResult> {
    const tries = mayBeSentAgain(step) ? TRIES : 1;
    for (let left = tries - 1; ; left--) {
      try {
        // Each try has its own request object. Otherwise a try would start with limits that the one before has used up.
        return await this.#runOnce(step, { tenant, version, requestId, grants, limits, request: {} }, log, account);
      } catch (error) {
        if (!(error instanceof Bystander)) throw error;
        if (left === 0) throw plinthError("PLINTH_WORKER_LOST", [], { cause: error.cause });
      }
    }
  }

  async #runOnce(step: Unnumbered, caller: Caller, log: RequestLog, account: Account): Promise<StaticResult> {
    const id = this.#ids.next();
    using _calls = this.#calls.open(id, caller);
    const { tenant, limits } = caller;
    try {
      return await this.#scheduler.run(tenant, { ...step, id }, limits.waitingMemoryLimitBytes, account.unwanted);
    } catch (error) {
      if (this.#closed) throw plinthError("PLINTH_SHUTTING_DOWN", [], { cause: error });
      if (error instanceof StepEnded) {
        account.cpuMs = limits.cpuMs;
        account.wasCut = true;
        log.failure(
          `the program used more than its ${limits.cpuMs} ms of CPU time without waiting and was ended`,
          null,
        );
        throw limitError("cpu", limits);
      }
      if (error instanceof PlinthError) {
        log.failure("no room for the waiting request's memory, or too many requests of the tenant run long", null);
        throw error;
      }
      if (account.unwanted.aborted) throw error;
      throw new Bystander("the worker ended", { cause: error });
    }
  }
}

/** Time that a worker gets to end a request that is over its wall time, ms. */
const WALL_GRACE_MS = 1_000;

function requestStep(target: StaticTarget | WasiTarget, request: WireRequest, cgi: CgiContext): Unnumbered {
  if (target.kind === "static") return componentStep(target, { kind: "start", request });
  return { ...commonStep(target), kind: "wasi", module: target.module, request, cgi };
}

function componentStep(target: StaticTarget, input: FirstInput): Unnumbered {
  const { glue, coreModules } = target;
  return { ...commonStep(target), kind: "component", glue, coreModules, input };
}

function commonStep({ component, grants, limits }: StaticTarget | WasiTarget) {
  return { component, grants: grantsJson(grants), limits: staticLimits(limits) };
}

function mayBeSentAgain(step: Unnumbered): boolean {
  if (step.kind === "wasi") return SAFE_METHODS.has(step.request.method);
  return step.input.kind === "start" && SAFE_METHODS.has(step.input.request.method);
}

/** The request's worker ended because of another request. */
class Bystander extends Error {}

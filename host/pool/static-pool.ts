/**
 * The pool for static programs: components with everything inside, and WASI commands. Their requests overlap in a worker,
 * because a request that waits cannot leave it: its native stack is there. So the end of a worker takes other requests with
 * it. Those that may safely be sent again are sent again.
 */

import { Piscina } from "piscina";
import type { WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { plinthError } from "../errors.ts";
import type { RequestLog } from "../observe/tenant-log.ts";
import type { FirstInput, ScheduledInput } from "../protocol/first-input.ts";
import type { CgiContext, WireRequest, WireResponse } from "../protocol/http.ts";
import type { PassedCall, StaticResult, StaticStep, WakeUp } from "../protocol/static-step.ts";
import { awaitEnd } from "../threads/ending.ts";
import { HeartbeatTable } from "../worker/heartbeat.ts";
import type { StaticWorkerData } from "../worker/static-worker.ts";
import { corruptBlob } from "./corrupt-blob.ts";
import type { Dispatched } from "./dispatched.ts";
import { grantsJson } from "./grants-json.ts";
import { limitError } from "./limit-error.ts";
import { WORKER_HEAP_MB } from "./slot-thread.ts";
import type { Caller, StaticCalls } from "./static-calls.ts";
import { StepIds } from "./step-ids.ts";
import { staticLimits } from "./step-limits.ts";
import type { StaticTarget, WasiTarget } from "./target.ts";
import { Watchdog } from "./watchdog.ts";

export interface StaticPoolOptions {
  workers: number;
  /** The most requests that overlap in one worker. */
  concurrencyPerWorker: number;
  /** The most requests that wait. */
  queueLimit: number;
  /** Compiled components that a worker keeps. */
  programsPerWorker: number;
  /** Data with which the workers open their sides of the bindings. */
  bindings: WorkerBindingsData;
  /** Receives failures and messages of a worker that belong to no request. */
  onFault(error: unknown): void;
}

/** A step without its number. */
type Unnumbered = StaticStep extends infer Step ? (Step extends unknown ? Omit<Step, "id"> : never) : never;

/** What a request has used, for `Dispatched`. */
interface Account {
  cpuMs: number;
  wasCut: boolean;
}

/** The safe methods (RFC 9110, section 9.2.1): an intermediary may send such a request again. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** The most tries for a request that loses its worker to another request's fault: runaways seldom come alone. */
const TRIES = 4;

/**
 * Idle time after which a worker is ended, ms. Static components are rare, so its memory is worth more than its start-up.
 */
const IDLE_MS = 30_000;

export class StaticPool {
  readonly #piscina: Piscina<StaticStep | WakeUp, StaticResult>;
  readonly #watchdog: Watchdog;
  readonly #calls: StaticCalls;
  readonly #queueLimit: number;
  #inFlight = 0;
  readonly #ids = new StepIds();
  #closed = false;

  /** @param calls answers the bindings' calls that the workers pass on */
  constructor(options: StaticPoolOptions, calls: StaticCalls) {
    this.#calls = calls;
    const heartbeat = new HeartbeatTable(options.workers * 4);
    const workerData: StaticWorkerData = {
      heartbeat: heartbeat.buffer,
      programs: options.programsPerWorker,
      bindings: options.bindings,
    };
    this.#piscina = new Piscina({
      filename: new URL("../worker/static-worker.ts", import.meta.url).href,
      minThreads: 0,
      maxThreads: options.workers,
      concurrentTasksPerWorker: options.concurrencyPerWorker,
      idleTimeout: IDLE_MS,
      // A worker that waits in Atomics.wait would stall the timers of suspended requests.
      atomics: "disabled",
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
      workerData,
    });
    // Workers post these calls and the results of steps, nothing else.
    this.#piscina.on("message", (call: PassedCall) => void calls.answer(call));
    // Without a listener it would end the host: a worker that fails between two requests, a result of one that has been
    // ended.
    this.#piscina.on("error", options.onFault);
    this.#watchdog = new Watchdog(heartbeat, () => this.#piscina.threads);
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

  /** Ends the workers. Requests under way are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watchdog.stop();
    await awaitEnd(this.#piscina.destroy());
  }

  #dispatch(target: StaticTarget | WasiTarget, step: Unnumbered, requestId: string, log: RequestLog): Dispatched {
    if (this.#closed) throw plinthError("PLINTH_SHUTTING_DOWN");
    if (this.#inFlight >= this.#queueLimit) throw plinthError("PLINTH_OVERLOADED");
    this.#inFlight++;
    this.#watchdog.start();
    const { promise, resolve, reject } = Promise.withResolvers<WireResponse>();
    promise.catch(() => {});
    // The worker limits the wall time of a request that has begun. This timer is for a request that never begins.
    const { limits } = target;
    const timeout = setTimeout(() => reject(limitError("wall", limits)), limits.wallMs + WALL_GRACE_MS);
    const account = { cpuMs: 0, wasCut: false };
    const finished = this.#run(target, step, requestId, log, account)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timeout);
        if (--this.#inFlight === 0) this.#watchdog.stop();
      });
    // A component cannot learn that nobody waits any more. It runs to its end within its limits.
    return Object.assign(account, { answer: promise, cancel: reject, finished });
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

  /** piscina starts a worker for waiting tasks when a task comes, but not when a worker ends. So this sends a task. */
  #lookAtQueue(): void {
    if (this.#piscina.queueSize > 0) this.#piscina.run({ kind: "wake-up" }).catch(() => {});
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
        // Each try has its own request object, so that no try starts with limits used up by the one before.
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
    try {
      return await this.#piscina.run({ ...step, id });
    } catch (error) {
      if (this.#closed) throw plinthError("PLINTH_SHUTTING_DOWN", [], { cause: error });
      this.#lookAtQueue();
      if (!this.#watchdog.hasEnded(id)) throw new Bystander("the worker ended", { cause: error });
      const { cpuMs } = caller.limits;
      account.cpuMs = cpuMs;
      account.wasCut = true;
      log.failure(`the program used more than its ${cpuMs} ms of CPU time without waiting and was ended`, null);
      throw limitError("cpu", caller.limits);
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

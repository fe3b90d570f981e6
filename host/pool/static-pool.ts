/**
 * The pool for static programs: components with everything inside, and WASI commands. Their requests overlap in a worker, because one that waits cannot leave it: its native
 * stack is there. So the end of a worker takes bystanders with it; those that may be sent again are.
 */
import { Piscina } from "piscina";
import type { WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { plinthError } from "../errors.ts";
import type { RequestLog } from "../observe/tenant-log.ts";
import type { FirstInput, ScheduledInput } from "../protocol/first-input.ts";
import type { CgiContext, WireRequest, WireResponse } from "../protocol/http.ts";
import type { PassedCall, StaticResult, StaticStep, WakeUp } from "../protocol/static-step.ts";
import { HeartbeatTable } from "../worker/heartbeat.ts";
import type { StaticWorkerData } from "../worker/static-worker.ts";
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
  /** Requests that overlap in one worker. */
  concurrencyPerWorker: number;
  /** Requests waiting at most. */
  queueLimit: number;
  /** Compiled components kept per worker. */
  programsPerWorker: number;
  /** What the workers open their sides of the bindings with. */
  bindings: WorkerBindingsData;
  /** Told of what fails in a worker, or comes from it, beside its requests. */
  onFault(error: unknown): void;
}

/** A step as it is before it has a number of its own. */
type Unnumbered = StaticStep extends infer Step ? (Step extends unknown ? Omit<Step, "id"> : never) : never;

/** RFC 9110, section 9.2.1: requests that a client's intermediary may send again. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** How often a request is sent that loses its worker to another's fault: runaways seldom come alone. */
const TRIES = 4;

/** An idle worker's memory is worth more than its start-up time: static components are the rarer kind. */
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
      // Waiting in Atomics.wait would stall the timers of suspended requests.
      atomics: "disabled",
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
      workerData,
    });
    // Besides the results of steps, workers post nothing else.
    this.#piscina.on("message", (call: PassedCall) => void calls.answer(call));
    // Without a listener it would end the host: a worker that fails between two requests, a result of one that has been ended.
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

  /** Not for a WASI command, which knows requests alone. @throws as `dispatch` */
  runScheduled(target: StaticTarget, input: ScheduledInput, requestId: string, log: RequestLog): Dispatched {
    return this.#dispatch(target, componentStep(target, input), requestId, log);
  }

  /** Ends the workers. Requests under way are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watchdog.stop();
    await this.#piscina.destroy();
  }

  #dispatch(target: StaticTarget | WasiTarget, step: Unnumbered, requestId: string, log: RequestLog): Dispatched {
    if (this.#closed) throw plinthError("PLINTH_SHUTTING_DOWN");
    if (this.#inFlight >= this.#queueLimit) throw plinthError("PLINTH_OVERLOADED");
    this.#inFlight++;
    this.#watchdog.start();
    const { promise, resolve, reject } = Promise.withResolvers<WireResponse>();
    promise.catch(() => {});
    // The worker holds a request to its wall time from when it begins; this is for one that never does.
    const { limits } = target;
    const timeout = setTimeout(() => reject(limitError("wall", limits)), limits.wallMs + WALL_GRACE_MS);
    const finished = this.#run(target, step, requestId, log)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timeout);
        if (--this.#inFlight === 0) this.#watchdog.stop();
      });
    // A component cannot be told that nobody waits any more: it runs to its end within its limits.
    return { answer: promise, cancel: reject, finished };
  }

  async #run(
    target: StaticTarget | WasiTarget,
    step: Unnumbered,
    requestId: string,
    log: RequestLog,
  ): Promise<WireResponse> {
    const { outcome, logs, logsDropped } = await this.#runAgainIfSafe(target, step, requestId, log);
    log.add(logs, logsDropped);
    if (outcome.tag === "response") return outcome.response;
    log.failure(outcome.message, null);
    throw limitError(outcome.limit, target.limits);
  }

  /** piscina makes a worker for what waits when the next task comes, and not when a worker ends: so one comes. */
  #lookAtQueue(): void {
    if (this.#piscina.queueSize > 0) this.#piscina.run({ kind: "wake-up" }).catch(() => {});
  }

  async #runAgainIfSafe(
    { tenant, version, grants, limits }: StaticTarget | WasiTarget,
    step: Unnumbered,
    requestId: string,
    log: RequestLog,
  ): Promise<StaticResult> {
    const tries = mayBeSentAgain(step) ? TRIES : 1;
    for (let left = tries - 1; ; left--) {
      try {
        // A request object of its own for each try: what one has used up, the next one has not.
        return await this.#runOnce(step, { tenant, version, requestId, grants, limits, request: {} }, log);
      } catch (error) {
        if (!(error instanceof Bystander)) throw error;
        if (left === 0) throw plinthError("PLINTH_WORKER_LOST", [], { cause: error.cause });
      }
    }
  }

  async #runOnce(step: Unnumbered, caller: Caller, log: RequestLog): Promise<StaticResult> {
    const id = this.#ids.next();
    using _calls = this.#calls.open(id, caller);
    try {
      return await this.#piscina.run({ ...step, id });
    } catch (error) {
      if (this.#closed) throw plinthError("PLINTH_SHUTTING_DOWN", [], { cause: error });
      this.#lookAtQueue();
      if (!this.#watchdog.hasEnded(id)) throw new Bystander("the worker ended", { cause: error });
      const { cpuMs } = caller.limits;
      log.failure(`the program ran for far more than ${cpuMs} ms without waiting and was ended`, null);
      throw limitError("cpu", caller.limits);
    }
  }
}

/** Time by which a worker should have ended a request that is over its wall time, ms. */
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

/** The request's worker ended on account of another request. */
class Bystander extends Error {}

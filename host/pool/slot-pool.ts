/**
 * The pool of worker threads with slots. It runs steps in the lanes of lanes.ts, one at a time per thread.
 *
 * When a step runs long, its thread's priority is lowered and a ready thread takes its place at once (slot-threads.ts).
 * When a step runs over its CPU time, its thread is ended.
 */
import type { WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { plinthError } from "../errors.ts";
import type { MemoryStrategy } from "../memory/index.ts";
import type { SlotStep, StepResult } from "../protocol/slot-step.ts";
import type { RuntimeHandle } from "../worker/runtime-handle.ts";
import { type Lane, Lanes } from "./lanes.ts";
import { COLD_SLICE_MS, RunningStep, SLICE_MS } from "./running-step.ts";
import type { SlotThread } from "./slot-thread.ts";
import { SlotThreads } from "./slot-threads.ts";
import { StepEnded, WorkerLost } from "./step-failures.ts";
import { StepIds } from "./step-ids.ts";

export interface SlotPoolOptions {
  runtimes: RuntimeHandle[];
  /** Threads that may be busy at once in the fast lane. */
  workers: number;
  /** Ready threads beyond that. */
  spares: number;
  slotsPerRuntime: number;
  memoryStrategy: MemoryStrategy;
  bindings: WorkerBindingsData;
  /**
   * The most waiting steps of all tenants. Only the first step of a request is refused: a request that has begun goes on.
   */
  queueLimit: number;
  /** Receives failures and messages of a worker that belong to no step. */
  onFault(error: unknown): void;
}

/** The owner of the host's own steps, which prepare the threads and have no limits. */
export const HOST = "";

interface Waiting {
  tenant: string;
  step: SlotStep;
  resolve(result: StepResult): void;
  reject(error: unknown): void;
}

/** Time between two looks at the running steps, ms. */
const LOOK_MS = 2;
/** CPU time that the replacement of a thread takes, ms. The tenant whose step has ended the thread is charged for it. */
const THREAD_START_MS = 60;

export class SlotPool {
  readonly #queueLimit: number;
  readonly #lanes: Lanes<Waiting>;
  /** Steps that leave the fast lane go on until the slow lane has this many. */
  readonly #slowMost: number;
  /** Threads that may be busy at once in the fast lane. */
  readonly workers: number;
  readonly #threads: SlotThreads;
  readonly #running = new Map<SlotThread, RunningStep<Waiting>>();
  readonly #ids = new StepIds();
  #look: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ workers, spares, queueLimit, onFault, ...workerData }: SlotPoolOptions) {
    this.workers = workers;
    this.#queueLimit = queueLimit;
    const slow = 2 * workers;
    this.#slowMost = 2 * slow;
    this.#lanes = new Lanes({ fast: workers, slow, slowPerTenant: workers });
    this.#threads = new SlotThreads({
      workerData,
      wanted: workers + spares,
      standBy: slow,
      onFault,
      onReady: () => this.#pump(),
      busyFast: () => this.#running.size - this.#lanes.slowRunning,
      wantsSlow: () => this.#lanes.wantsSlow,
    });
  }

  /** Resolves when all threads of the fast lane have loaded and are ready. */
  async ready(): Promise<void> {
    while (!this.#threads.complete && !this.#closed) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /**
   * Runs a step.
   *
   * @param tenant the tenant whose account is charged
   * @param signal takes the step out of the queue; a running step goes on to its end
   * @throws PlinthError PLINTH_OVERLOADED if the queue is full and the step is a request's first; PLINTH_TENANT_BUSY if the
   *   tenant has more long steps under way than there is room for; PLINTH_SHUTTING_DOWN
   * @throws StepEnded if the step ran over its CPU time; WorkerLost
   */
  run(tenant: string, step: Omit<SlotStep, "id">, signal: AbortSignal): Promise<StepResult> {
    if (this.#closed) return Promise.reject(plinthError("PLINTH_SHUTTING_DOWN"));
    if (step.input.kind !== "resume" && this.#lanes.waiting >= this.#queueLimit) {
      return Promise.reject(plinthError("PLINTH_OVERLOADED"));
    }
    const { promise, resolve, reject } = Promise.withResolvers<StepResult>();
    const waiting: Waiting = { tenant, step: this.#numbered(step), resolve, reject };
    const onAbort = () => {
      if (this.#lanes.remove(waiting)) reject(signal.reason);
    };
    if (signal.aborted) {
      reject(signal.reason);
      return promise;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    this.#lanes.push(waiting);
    this.#pump();
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }

  /** From now on, each thread that starts runs this step before any other. */
  warmThreadsWith(step: Omit<SlotStep, "id">): void {
    this.#threads.warmWith(this.#numbered(step));
  }

  /** Ends the threads. Running and waiting steps are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#look);
    for (const { reject } of this.#lanes.clear()) reject(plinthError("PLINTH_SHUTTING_DOWN"));
    for (const [thread, running] of this.#running) this.#stop(thread, running, plinthError("PLINTH_SHUTTING_DOWN"));
    await this.#threads.close();
  }

  #numbered(step: Omit<SlotStep, "id">): SlotStep {
    return { ...step, id: this.#ids.next() };
  }

  #pump(): void {
    for (const lane of ["fast", "slow"] as const) {
      while (this.#threads.has(lane)) {
        const waiting = this.#lanes.next(lane);
        if (waiting === undefined) break;
        void this.#dispatch(waiting, lane);
      }
    }
    this.#threads.replenish();
  }

  async #dispatch(waiting: Waiting, lane: Lane): Promise<void> {
    const { thread, isCold } = this.#threads.take(lane, waiting.step.image.delta.key);
    const sliceMs = waiting.tenant === HOST ? Number.POSITIVE_INFINITY : isCold ? COLD_SLICE_MS : SLICE_MS;
    const running = new RunningStep(waiting, lane, sliceMs, thread.cpuMs());
    this.#running.set(thread, running);
    this.#look ??= setInterval(() => this.#lookAtSteps(), LOOK_MS).unref();
    let cpuMs = 0;
    let failure: Error | null = null;
    try {
      const result = await thread.run(waiting.step);
      cpuMs = result.cpuMs;
      waiting.resolve(result);
    } catch (error) {
      failure = running.verdict ?? WorkerLost.from(error);
      if (failure !== null) cpuMs = (running.cpuMs(thread.cpuMs()) ?? 0) + THREAD_START_MS;
      waiting.reject(failure ?? error);
    }
    this.#running.delete(thread);
    this.#lanes.end(waiting, { lane: running.lane, cpuMs, isLong: running.demoted ? null : cpuMs > running.sliceMs });
    if (failure === null && running.verdict === null) this.#threads.giveBack(thread);
    else this.#threads.end(thread);
    this.#pump();
    if (this.#running.size > 0) return;
    clearInterval(this.#look);
    this.#look = undefined;
  }

  /** Looks at the running steps: moves long ones out of the fast lane, and ends those that are over their CPU time. */
  #lookAtSteps(): void {
    for (const [thread, running] of this.#running) {
      if (running.elapsedMs < running.sliceMs || running.verdict !== null) continue;
      const cpuMs = running.cpuMs(thread.cpuMs());
      if (running.isOver(cpuMs, running.waiting.step.limits)) this.#stop(thread, running, new StepEnded());
      else if (running.lane === "fast" && (cpuMs ?? running.elapsedMs) > running.sliceMs) this.#demote(thread, running);
    }
  }

  #demote(thread: SlotThread, running: RunningStep<Waiting>): void {
    thread.lowerPriority();
    running.demote();
    this.#lanes.demote(running.waiting);
    if (this.#lanes.slowRunning > this.#slowMost) this.#relieve();
    this.#pump();
  }

  /** Relieves an overfull slow lane: the tenant with most steps there loses the step that has had least CPU time. */
  #relieve(): void {
    const slow = [...this.#running].filter(([, { lane, verdict }]) => lane === "slow" && verdict === null);
    const byTenant = Map.groupBy(slow, ([, { waiting }]) => waiting.tenant);
    const [most] = [...byTenant.values()].toSorted((a, b) => b.length - a.length);
    const newest = most?.toSorted(([, a], [, b]) => a.elapsedMs - b.elapsedMs)[0];
    if (newest !== undefined) this.#stop(...newest, plinthError("PLINTH_TENANT_BUSY"));
  }

  #stop(thread: SlotThread, running: RunningStep<Waiting>, verdict: Error): void {
    running.verdict = verdict;
    this.#threads.end(thread);
  }
}

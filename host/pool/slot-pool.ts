/**
 * The pool of worker threads with slots. It runs steps in the lanes of lanes.ts, one at a time per thread.
 *
 * When a step runs long, its thread's priority is lowered and a ready thread takes its place at once (slot-threads.ts).
 * When a step runs over its CPU time, its thread is ended.
 */
import type { WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { plinthError } from "../errors.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { MemoryStrategy } from "../memory/index.ts";
import type { SlotStep, StepResult } from "../protocol/slot-step.ts";
import type { RuntimeHandle } from "../worker/runtime-handle.ts";
import { type Lane, Lanes } from "./lanes.ts";
import { COLD_SLICE_MS, RunningStep, SLICE_MS } from "./running-step.ts";
import type { SlotThread } from "./slot-thread.ts";
import { SlotThreads } from "./slot-threads.ts";
import { StepEnded, WorkerLost } from "./step-failures.ts";
import type { StepOwner, SubmittedStep } from "./submitted-step.ts";

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
  /** The tenants' accounts of CPU time. */
  shares: CpuShares;
  /** Receives failures and messages of a worker that belong to no step. */
  onFault(error: unknown): void;
}

/** The owner of the host's own steps, which prepare the threads and have no limits. */
export const HOST = "";

/** Time between two looks at the running steps, ms. */
const LOOK_MS = 2;
/** CPU time that the replacement of a thread takes, ms. The tenant whose step has ended the thread is charged for it. */
const THREAD_START_MS = 60;

export class SlotPool {
  readonly #queueLimit: number;
  readonly #lanes: Lanes<SubmittedStep>;
  /** Steps that leave the fast lane go on until the slow lane has this many. */
  readonly #slowMost: number;
  /** Threads that may be busy at once in the fast lane. */
  readonly workers: number;
  readonly #threads: SlotThreads;
  readonly #running = new Map<SlotThread, RunningStep>();
  #look: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ workers, spares, queueLimit, shares, onFault, ...workerData }: SlotPoolOptions) {
    this.workers = workers;
    this.#queueLimit = queueLimit;
    const slow = 2 * workers;
    this.#slowMost = 2 * slow;
    this.#lanes = new Lanes({ fast: workers, slow, slowPerTenant: workers }, shares);
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
   * Takes a step, which begins when it is its tenant's turn.
   *
   * @param tenant the tenant whose account is charged
   * @throws PlinthError PLINTH_OVERLOADED if the queue is full and the step is a request's first; PLINTH_SHUTTING_DOWN. The
   *   owner is told of everything later: PLINTH_TENANT_BUSY if the tenant has more long steps under way than there is room
   *   for, PLINTH_SHUTTING_DOWN, StepEnded, WorkerLost
   */
  submit(tenant: string, step: SlotStep, owner: StepOwner): SubmittedStep {
    if (this.#closed) throw plinthError("PLINTH_SHUTTING_DOWN");
    if (step.input.kind !== "resume" && this.#lanes.waiting >= this.#queueLimit) throw plinthError("PLINTH_OVERLOADED");
    const submitted = { tenant, step, owner };
    this.#lanes.push(submitted);
    this.#pump();
    return submitted;
  }

  /** Takes a step out of the queue, and its owner hears no more of it. A running step goes on to its end. */
  withdraw(submitted: SubmittedStep): void {
    this.#lanes.remove(submitted);
  }

  /** Submits a step and waits for its end. @throws as `submit`, and what its owner is told */
  run(tenant: string, step: SlotStep): Promise<StepResult> {
    return new Promise((stepEnded, stepFailed) => void this.submit(tenant, step, { stepEnded, stepFailed }));
  }

  /** From now on, each thread that starts runs this step before any other. */
  warmThreadsWith(step: SlotStep): void {
    this.#threads.warmWith(step);
  }

  /** Ends the threads. Running and waiting steps are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#look);
    for (const { owner } of this.#lanes.clear()) owner.stepFailed(plinthError("PLINTH_SHUTTING_DOWN"));
    for (const [thread, running] of this.#running) this.#stop(thread, running, plinthError("PLINTH_SHUTTING_DOWN"));
    await this.#threads.close();
  }

  #pump(): void {
    for (const lane of ["fast", "slow"] as const) {
      while (this.#threads.has(lane)) {
        const submitted = this.#lanes.next(lane);
        if (submitted === undefined) break;
        this.#dispatch(submitted, lane);
      }
    }
    this.#threads.replenish();
  }

  #dispatch(submitted: SubmittedStep, lane: Lane): void {
    const { tenant, step } = submitted;
    const { thread, isCold } = this.#threads.take(lane, step.program.reuse ?? step.program.image.delta.key);
    const sliceMs = tenant === HOST ? Number.POSITIVE_INFINITY : isCold ? COLD_SLICE_MS : SLICE_MS;
    const running = new RunningStep(submitted, lane, sliceMs, thread.cpuMs());
    this.#running.set(thread, running);
    this.#look ??= setInterval(() => this.#lookAtSteps(), LOOK_MS).unref();
    thread.begin(step, (error, result) => this.#end(thread, running, error, result));
  }

  #end(thread: SlotThread, running: RunningStep, error: unknown, result: StepResult | null): void {
    const { submitted, verdict } = running;
    const failure = result === null ? (verdict ?? WorkerLost.from(error)) : null;
    let cpuMs = result?.cpuMs ?? 0;
    if (failure !== null) cpuMs = (running.cpuMs(thread.cpuMs()) ?? 0) + THREAD_START_MS;
    this.#running.delete(thread);
    const isLong = running.demoted ? null : cpuMs > running.sliceMs;
    this.#lanes.end(submitted, { lane: running.lane, cpuMs, isLong });
    if (failure === null && verdict === null) this.#threads.giveBack(thread);
    else this.#threads.end(thread);
    // The thread gets its next step before the answer is written.
    this.#pump();
    if (result === null) submitted.owner.stepFailed(failure ?? error);
    else submitted.owner.stepEnded(result);
  }

  /** Looks at the running steps: moves long ones out of the fast lane, and ends those that are over their CPU time. */
  #lookAtSteps(): void {
    if (this.#running.size === 0) {
      clearInterval(this.#look);
      this.#look = undefined;
    }
    for (const [thread, running] of this.#running) {
      if (running.elapsedMs < running.sliceMs || running.verdict !== null) continue;
      const cpuMs = running.cpuMs(thread.cpuMs());
      if (running.isOver(cpuMs, running.submitted.step.limits)) this.#stop(thread, running, new StepEnded());
      else if (running.lane === "fast" && (cpuMs ?? running.elapsedMs) > running.sliceMs) this.#demote(thread, running);
    }
  }

  #demote(thread: SlotThread, running: RunningStep): void {
    thread.lowerPriority();
    running.demote();
    this.#lanes.demote(running.submitted);
    if (this.#lanes.slowRunning > this.#slowMost) this.#relieve();
    this.#pump();
  }

  /** Relieves an overfull slow lane: the tenant with most steps there loses the step that has had least CPU time. */
  #relieve(): void {
    const slow = [...this.#running].filter(([, { lane, verdict }]) => lane === "slow" && verdict === null);
    const byTenant = Map.groupBy(slow, ([, { submitted }]) => submitted.tenant);
    const [most] = [...byTenant.values()].toSorted((a, b) => b.length - a.length);
    const newest = most?.toSorted(([, a], [, b]) => a.elapsedMs - b.elapsedMs)[0];
    if (newest !== undefined) this.#stop(...newest, plinthError("PLINTH_TENANT_BUSY"));
  }

  #stop(thread: SlotThread, running: RunningStep, verdict: Error): void {
    running.verdict = verdict;
    this.#threads.end(thread);
  }
}

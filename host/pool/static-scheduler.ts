/**
 * Decides when a request to a static program begins, and in which thread. The rules are those of slim programs (lanes.ts).
 * The parts of a request between two waits (turns) cannot change their thread, because the native stack is there. So:
 *
 * - A request has its place in a lane until it waits for the first time. Later turns are charged to its tenant.
 * - A thread whose turn runs long is lowered and leaves the fast lane, with all requests that wait in it.
 * - A tenant may begin a request while it has fewer in the threads than there are free places. So places are left for
 *   other tenants, however many requests of one wait.
 * - The linear memory of a request that waits counts as memory that its tenant's requests hold.
 */
import type { WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { plinthError } from "../errors.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { HeldMemory } from "../fairness/held-memory.ts";
import type { PassedCall, StaticResult, StaticStep, StaticWaits } from "../protocol/static-step.ts";
import { HeartbeatTable } from "../worker/heartbeat.ts";
import { KeptModules } from "./kept-modules.ts";
import { type Lane, Lanes } from "./lanes.ts";
import { LostThreads } from "./lost-threads.ts";
import type { PoolState } from "./pool-state.ts";
import { newRun, type StaticRun } from "./static-run.ts";
import { StaticThread } from "./static-thread.ts";
import { StaticThreads } from "./static-threads.ts";
import { StepEnded } from "./step-failures.ts";

export interface StaticSchedulerOptions {
  /** Threads that may be busy at once in the fast lane. */
  readonly workers: number;
  /** Number of ready threads beyond `workers`, while static programs are in use. */
  readonly spares: number;
  /** The most requests that overlap in one thread. */
  readonly concurrencyPerWorker: number;
  /** Compiled components that a thread keeps. */
  readonly programsPerWorker: number;
  readonly bindings: WorkerBindingsData;
  /** The tenants' accounts of CPU time. */
  readonly shares: CpuShares;
  /** Counts the memory of requests that wait. */
  readonly heldMemory: HeldMemory;
  onCall(call: PassedCall): void;
  /** Receives failures and messages of a thread that belong to no request. */
  onFault(error: unknown): void;
}

/** CPU time of a turn after which its thread leaves the fast lane, ms. A fresh instance is made in the first turn. */
const SLICE_MS = 20;
/** Time between two looks at the turns, ms. */
const LOOK_MS = 5;
/** CPU time that the replacement of a thread takes, ms. The tenant whose request has ended the thread is charged for it. */
const THREAD_START_MS = 100;

export class StaticScheduler {
  readonly #options: StaticSchedulerOptions;
  readonly #lanes: Lanes<StaticRun>;
  readonly #threads: StaticThreads;
  readonly #table: HeartbeatTable;
  readonly #kept = new KeptModules();
  readonly #slowMost: number;
  /** Number of requests that have begun, by tenant. */
  readonly #begun = new Map<string, number>();
  #total = 0;
  readonly #places: number;
  /** Counts a lost thread once, because several requests may be lost with it. */
  readonly #lost = new LostThreads();
  #look: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: StaticSchedulerOptions) {
    this.#options = options;
    const { workers, concurrencyPerWorker: concurrency, programsPerWorker: programs, bindings } = options;
    const slowPerTenant = Math.ceil(workers / 2);
    this.#lanes = new Lanes({ fast: workers, slow: workers, slowPerTenant }, options.shares);
    this.#slowMost = 2 * workers;
    this.#places = workers * concurrency;
    const most = workers + this.#slowMost + options.spares + 1;
    this.#table = new HeartbeatTable(most * 4);
    const workerData = { heartbeat: this.#table.buffer, programs, bindings };
    this.#threads = new StaticThreads({
      most,
      concurrency,
      keepsOne: options.spares > 0,
      start: () =>
        new StaticThread(workerData, concurrency, {
          onReady: (thread) => {
            if (thread.ended) this.#threads.end(thread);
            this.#pump();
          },
          onWait: (thread, message) => this.#waits(thread, message),
          onCompiled: ({ component, modules, bytes }) => this.#kept.keep(component, modules, bytes),
          onCall: options.onCall,
          onFault: options.onFault,
        }),
    });
  }

  /**
   * Runs a request.
   *
   * @param signal takes the request out of the queue; a request that has begun goes on to its end
   * @throws StepEnded if the request used more than its CPU time in a turn; PlinthError PLINTH_TENANT_BUSY,
   *   PLINTH_OVERLOADED if there is no room for its memory while it waits; the error that has ended its thread
   */
  run(tenant: string, step: StaticStep, memoryLimitBytes: number, signal: AbortSignal): Promise<StaticResult> {
    const { run, result } = newRun(tenant, step, memoryLimitBytes);
    if (signal.aborted) return Promise.reject(signal.reason);
    const onAbort = () => {
      if (this.#lanes.remove(run)) run.reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#lanes.push(run);
    this.#pump();
    return result.finally(() => signal.removeEventListener("abort", onAbort));
  }

  get state(): PoolState {
    const threads = [...this.#threads].filter(({ isReady }) => isReady);
    const idle = threads.filter(({ runs }) => runs.size === 0).length;
    const slow = threads.filter(({ runs, lowered }) => runs.size > 0 && lowered).length;
    return { busy: threads.length - idle - slow, slow, idle, waiting: this.#lanes.waiting, lost: this.#lost.size };
  }

  /** Ends the threads. All requests are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#look);
    for (const run of this.#lanes.clear()) run.reject(plinthError("PLINTH_SHUTTING_DOWN"));
    await this.#threads.close();
    this.#kept.clear();
  }

  #pump(): void {
    if (this.#closed) return;
    while (this.#beginNext()) {}
    const wanted = this.#lanes.fastRunning + this.#lanes.waiting;
    const { workers, spares } = this.#options;
    if (wanted + this.#total > 0) this.#threads.replenish(Math.min(workers, wanted) + spares);
  }

  /** Begins the next request of a lane that has a thread. @returns whether there was one */
  #beginNext(): boolean {
    for (const lane of this.#lanes.order) {
      const has = this.#threads.has(lane);
      const run = has ? this.#lanes.next(lane, (tenant) => this.#mayBegin(tenant)) : undefined;
      if (run === undefined) continue;
      void this.#begin(run, lane);
      return true;
    }
    return false;
  }

  #mayBegin(tenant: string): boolean {
    const own = this.#begun.get(tenant) ?? 0;
    return own === 0 || own < this.#places - this.#total;
  }

  async #begin(run: StaticRun, lane: Lane): Promise<void> {
    const { tenant } = run;
    run.lane = lane;
    this.#begun.set(tenant, (this.#begun.get(tenant) ?? 0) + 1);
    this.#total++;
    this.#look ??= setInterval(() => this.#lookAtTurns(), LOOK_MS).unref();
    const thread = this.#threads.take(lane, run);
    this.#kept.use(run.step.component);
    try {
      const result = await thread.run(run.step);
      this.#charge(thread, run, result.cpuMs);
      run.resolve(result);
    } catch (error) {
      this.#charge(thread, run, run.chargedMs);
      if (!this.#closed) this.#lost.add(thread);
      this.#threads.end(thread);
      run.reject(error);
    }
    run.held?.[Symbol.dispose]();
    this.#threads.leave(thread, run);
    this.#total--;
    const own = this.#begun.get(tenant)! - 1;
    if (own === 0) this.#begun.delete(tenant);
    else this.#begun.set(tenant, own);
    if (this.#total === 0) {
      clearInterval(this.#look);
      this.#look = undefined;
    }
    this.#pump();
  }

  /** Charges what the run has used since the last charge. A run that was beginning leaves its lane. */
  #charge(thread: StaticThread, run: StaticRun, cpuMs: number): void {
    const spent = cpuMs - run.chargedMs;
    run.chargedMs = cpuMs;
    if (thread.beginning !== run) {
      this.#lanes.charge(run.tenant, spent);
      return;
    }
    thread.beginning = null;
    this.#lanes.end(run, { lane: run.lane, cpuMs: spent, isLong: run.demoted ? null : spent > SLICE_MS });
  }

  #waits(thread: StaticThread, { step, cpuMs, memoryBytes }: StaticWaits): void {
    const run = thread.runs.get(step);
    if (run === undefined) return;
    this.#charge(thread, run, cpuMs);
    run.held?.[Symbol.dispose]();
    run.held = null;
    try {
      run.held = this.#options.heldMemory.hold(run.tenant, memoryBytes, run.memoryLimitBytes);
    } catch (error) {
      run.reject(error);
      thread.endRequest(step);
    }
    this.#pump();
  }

  /** Looks at the turns: lowers threads whose turn runs long, and ends those whose turn is over its CPU time. */
  #lookAtTurns(): void {
    const threads = new Map([...this.#threads].flatMap((thread) => thread.ids.map((id) => [id, thread] as const)));
    this.#table.keepOnly(new Set(threads.keys()));
    for (const { threadId, stepId, elapsedMs, budgetMs } of this.#table.running()) {
      const thread = threads.get(threadId);
      const run = thread?.runs.get(stepId);
      if (thread === undefined || run === undefined) continue;
      if (elapsedMs > budgetMs) this.#cut(thread, run, elapsedMs);
      else if (elapsedMs > SLICE_MS && !thread.lowered) this.#lower(thread, run);
    }
  }

  #lower(thread: StaticThread, run: StaticRun): void {
    thread.lowerPriority();
    if (thread.beginning === run) {
      this.#lanes.demote(run, run.lane, SLICE_MS);
      run.lane = "slow";
      run.demoted = true;
      if (this.#lanes.slowRunning > this.#slowMost) this.#relieve();
    } else {
      this.#lanes.ranLong(run.tenant, SLICE_MS);
      // A request that begins here has no turn yet, and its lane must not count a thread that is lost to it.
      const { beginning } = thread;
      if (beginning !== null && beginning.lane !== "slow") {
        this.#lanes.moveToSlow(beginning, beginning.lane);
        beginning.lane = "slow";
        beginning.demoted = true;
      }
    }
    this.#pump();
  }

  #cut(thread: StaticThread, run: StaticRun, elapsedMs: number): void {
    // From now on the tenant begins in threads of its own: their end takes no other tenant's requests with it.
    this.#lanes.confine(run.tenant);
    this.#lanes.charge(run.tenant, elapsedMs + THREAD_START_MS);
    run.reject(new StepEnded());
    this.#threads.end(thread);
  }

  /** Relieves an overfull slow lane: the tenant with most requests there loses one. */
  #relieve(): void {
    const slow = [...this.#threads].filter(({ beginning }) => beginning?.lane === "slow");
    const byTenant = Map.groupBy(slow, ({ beginning }) => beginning!.tenant);
    const [most] = [...byTenant.values()].toSorted((a, b) => b.length - a.length);
    const newest = most?.at(-1);
    if (newest === undefined) return;
    newest.beginning!.reject(plinthError("PLINTH_TENANT_BUSY"));
    this.#threads.end(newest);
  }
}

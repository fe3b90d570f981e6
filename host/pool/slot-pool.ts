/**
 * The pool of worker threads with slots. It runs steps in the lanes of lanes.ts, one at a time per thread.
 *
 * When a step runs long, its thread's priority is lowered and a ready thread takes its place at once (slot-threads.ts).
 * When a step runs over its CPU time, its thread is ended.
 */
import { plinthError } from "../errors.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { Usage } from "../observe/usage.ts";
import type { SlotStep, StepResult } from "../protocol/slot-step.ts";
import { countStep } from "./count-step.ts";
import { type Lane, Lanes } from "./lanes.ts";
import type { PoolState } from "./pool-state.ts";
import { HOST, RunningStep } from "./running-step.ts";
import type { SlotPoolOptions } from "./slot-pool-options.ts";
import type { SlotThread } from "./slot-thread.ts";
import { SlotThreads } from "./slot-threads.ts";
import { MOST_AHEAD, type OnStepEnd } from "./step-channel.ts";
import { StepEnded, WorkerLost } from "./step-failures.ts";
import { imageOf, type StepOwner, type SubmittedStep } from "./submitted-step.ts";

/** Time between two looks at the running steps, ms. */
const LOOK_MS = 2;
/**
 * A thread is given steps ahead while its own has run for less than this time, and those that it has will not take longer
 * than that, as far as its last steps tell, ms. A step of another tenant that comes now has to wait for them.
 */
const AHEAD_MS = 1;
/** The most that is charged for this thread's work at the end of a step, ms. Large answers are charged by the byte. */
const MOST_TOLD_MS = 0.2;
/** CPU time that the replacement of a thread takes, ms. The tenant whose step has cost the thread is charged for it. */
const THREAD_START_MS = 100;

export class SlotPool {
  readonly #queueLimit: number;
  readonly #shares: CpuShares;
  readonly #lanes: Lanes<SubmittedStep>;
  /** Steps that leave the fast lane go on until the slow lane has this many. */
  readonly #slowMost: number;
  /** Threads that may be busy at once in the fast lane. */
  readonly workers: number;
  readonly #threads: SlotThreads;
  readonly #running = new Map<SlotThread, RunningStep>();
  readonly #usage: Usage;
  #look: NodeJS.Timeout | undefined;
  #lost = 0;
  #closed = false;

  constructor({ workers, spares, queueLimit, shares, usage, codeOf, onFault, ...workerData }: SlotPoolOptions) {
    this.workers = workers;
    this.#queueLimit = queueLimit;
    this.#usage = usage;
    this.#shares = shares;
    const slow = 2 * workers;
    this.#slowMost = 2 * slow;
    this.#lanes = new Lanes({ fast: workers, slow, slowPerTenant: workers }, shares);
    this.#threads = new SlotThreads({
      workerData,
      workers,
      spares,
      standBy: slow,
      codeOf,
      onFault,
      onReady: () => this.#pump(),
      busyFast: () => this.#busyFast,
      wantsSlow: () => this.#lanes.wantsSlow,
      wantsTrial: () => this.#lanes.trialsWaiting > 0,
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
    if (step.input.kind !== "resume" && this.#waiting >= this.#queueLimit) throw plinthError("PLINTH_OVERLOADED");
    const submitted = { tenant, step, owner, submittedAt: performance.now() };
    this.#lanes.push(submitted);
    this.#pump();
    return submitted;
  }

  /** Charges a tenant for CPU time that this thread has spent on it. */
  charge(tenant: string, cpuMs: number): void {
    if (tenant !== HOST) this.#shares.charge(tenant, cpuMs);
  }

  /** Takes a step out of the queue. A running step goes on to its end. */
  withdraw(submitted: SubmittedStep): void {
    if (this.#lanes.remove(submitted)) return;
    for (const [thread, running] of this.#running) {
      if (!running.behind.includes(submitted)) continue;
      if (this.#takeBack(thread, running)) this.#lanes.remove(submitted);
      this.#pump();
      return;
    }
  }

  /** Submits a step and waits for its end. @throws as `submit`, and what its owner is told */
  run(tenant: string, step: SlotStep): Promise<StepResult> {
    return new Promise((stepEnded, stepFailed) => void this.submit(tenant, step, { stepEnded, stepFailed }));
  }

  /** From now on, each thread that starts runs this step before any other. */
  warmThreadsWith(step: SlotStep): void {
    this.#threads.warmWith(step);
  }

  /** Has the threads drop what they keep of a module of functions. */
  forget(moduleKey: string): void {
    this.#threads.forget(({ image }) => image.functions?.module.key === moduleKey);
  }

  /** Ends the threads. Running and waiting steps are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#look);
    this.#refuse();
    for (const [thread, running] of this.#running) this.#stop(thread, running, plinthError("PLINTH_SHUTTING_DOWN"));
    await this.#threads.close();
  }

  get state(): PoolState {
    const slow = this.#lanes.slowRunning;
    const { idle } = this.#threads;
    return { busy: this.#running.size - slow, slow, idle, waiting: this.#waiting, lost: this.#lost };
  }

  /** Number of threads that are busy and have not been lowered. */
  get #busyFast(): number {
    return [...this.#running.keys()].filter(({ priority }) => priority !== "low").length;
  }

  /** Number of steps that have not begun. */
  get #waiting(): number {
    let { waiting } = this.#lanes;
    for (const { behind } of this.#running.values()) waiting += behind.length;
    return waiting;
  }

  #pump(): void {
    while (this.#beginNext()) {}
    while (this.#giveAhead()) {}
    this.#threads.replenish();
  }

  /** Begins the next step of a lane that has a thread. @returns whether there was one */
  #beginNext(): boolean {
    for (const lane of this.#lanes.order) {
      const submitted = this.#threads.has(lane) ? this.#lanes.next(lane) : undefined;
      if (submitted === undefined) continue;
      const { thread, isCold } = this.#threads.take(lane, imageOf(submitted));
      this.#begin(thread, submitted, { lane, isCold, behind: [] });
      thread.begin(submitted.step, (error, result) => this.#end(thread, error, result));
      return true;
    }
    return false;
  }

  #begin(
    thread: SlotThread,
    submitted: SubmittedStep,
    how: { lane: Lane; isCold: boolean; behind: SubmittedStep[] },
  ): void {
    this.#running.set(thread, new RunningStep(submitted, { ...how, cpuAtStart: thread.cpu.atStart() }));
    this.#look ??= setInterval(() => this.#lookAtSteps(), LOOK_MS).unref();
  }

  /** Gives a step of a known tenant to a thread that is busy with one, behind its own. @returns whether it has taken one */
  #giveAhead(): boolean {
    if (this.#lanes.aheadWaiting === 0) return false;
    let least: { thread: SlotThread; running: RunningStep } | undefined;
    for (const [thread, running] of this.#running) {
      if (!running.takesMore || running.submitted.tenant === HOST) continue;
      if (Math.max(running.elapsedMs, running.behind.length * thread.cpu.usualMs) > AHEAD_MS) continue;
      if (running.behind.length >= (least?.running.behind.length ?? MOST_AHEAD)) continue;
      least = { thread, running };
    }
    if (least === undefined) return false;
    const { thread, running } = least;
    const onEnd: OnStepEnd = (error, result) => this.#end(thread, error, result);
    const submitted = this.#lanes.giveAhead(({ step }) => thread.beginAfter(step, onEnd));
    if (submitted === undefined) return false;
    running.behind.push(submitted);
    return true;
  }

  /** @returns whether all steps behind the running one wait again; false if it has ended, which is not yet known here */
  #takeBack(thread: SlotThread, { behind }: RunningStep): boolean {
    if (behind.length > 0 && !thread.takeBack()) return false;
    this.#waitAgain(behind);
    return true;
  }

  #end(thread: SlotThread, error: unknown, result: StepResult | null): void {
    const running = this.#running.get(thread)!;
    const { submitted, verdict, behind } = running;
    const failure = result === null ? (verdict ?? WorkerLost.from(error)) : null;
    let cpuMs = result?.cpuMs ?? 0;
    if (failure !== null) cpuMs = (running.cpuMs(thread.cpu.now()) ?? 0) + THREAD_START_MS;
    else thread.cpu.add(cpuMs);
    if (result !== null && submitted.tenant !== HOST) countStep(this.#usage, running, result);
    const isLong = running.demoted ? null : cpuMs > running.sliceMs;
    this.#lanes.end(submitted, { lane: running.lane, cpuMs, isLong });
    if (failure !== null || verdict !== null) this.#lose(thread, behind);
    else this.#goOn(thread, behind);
    // The thread gets its next step before the answer is written.
    this.#pump();
    const told = performance.now();
    if (result === null) submitted.owner.stepFailed(failure ?? error);
    else submitted.owner.stepEnded(result);
    // The work at the step's end is its log, its calls of bindings, its context. A longer time means that the thread
    // has waited for a CPU.
    this.charge(submitted.tenant, Math.min(performance.now() - told, MOST_TOLD_MS));
  }

  /** Lets the thread begin the step behind the one that has ended, or be free. */
  #goOn(thread: SlotThread, behind: SubmittedStep[]): void {
    const next = behind.shift();
    if (next === undefined) {
      this.#running.delete(thread);
      this.#threads.giveBack(thread);
      return;
    }
    const lane = this.#lanes.beginAhead(next);
    this.#begin(thread, next, { lane, isCold: this.#threads.noteRun(thread, imageOf(next)), behind });
  }

  /**
   * The steps behind the one that was lost with its thread have not begun, or their ends are not known. They run
   * elsewhere.
   */
  #lose(thread: SlotThread, behind: SubmittedStep[]): void {
    this.#running.delete(thread);
    this.#lost++;
    thread.forgetSteps();
    this.#threads.end(thread);
    this.#waitAgain(behind);
    if (this.#closed) this.#refuse();
  }

  #waitAgain(behind: SubmittedStep[]): void {
    for (const submitted of behind.splice(0).reverse()) this.#lanes.takeBack(submitted);
  }

  /** Rejects the waiting steps. */
  #refuse(): void {
    for (const { owner } of this.#lanes.clear()) owner.stepFailed(plinthError("PLINTH_SHUTTING_DOWN"));
  }

  /** Looks at the running steps: moves long ones out of the fast lane, and ends those that are over their CPU time. */
  #lookAtSteps(): void {
    if (this.#running.size === 0) {
      clearInterval(this.#look);
      this.#look = undefined;
    }
    for (const [thread, running] of this.#running) {
      if (running.elapsedMs < LOOK_MS || running.verdict !== null) continue;
      if (!this.#takeBack(thread, running) || running.elapsedMs < running.sliceMs) continue;
      const cpuMs = running.cpuMs(thread.cpu.now());
      if (cpuMs !== null && running.mayPrepare && thread.programRuns) running.noteBegin(cpuMs);
      if (running.isOver(cpuMs, running.submitted.step.limits)) this.#stop(thread, running, new StepEnded());
      else if (running.lane !== "slow" && (cpuMs ?? running.elapsedMs) > running.sliceMs) this.#demote(thread, running);
    }
    this.#pump();
  }

  #demote(thread: SlotThread, running: RunningStep): void {
    this.#threads.lower(thread);
    this.#lanes.demote(running.submitted, running.lane, running.sliceMs);
    running.demote();
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

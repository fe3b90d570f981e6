/**
 * The pool's rules: which step runs next, and in which lane. How a step gets to a thread is the pool's own part.
 *
 *             first step of a tenant            ran longer than its slice
 *   request ---------------------> fast lane ----------------------------> slow lane (low priority)
 *                                  as many threads as may be busy,           at most `slow` at once, `perTenant` of one
 *                                  always: a ready one takes over            tenant; more wait in a queue of their own
 *
 * The fast lane's threads have the process's priority, so a short step never waits behind long ones, whoever sent them.
 * Threads of the slow lane share what the fast lane leaves. A tenant whose steps keep running long begins in the slow lane
 * (host/fairness/long-runners.ts). In both lanes the tenant that has had least CPU time comes first.
 */
import type { CpuShares } from "../fairness/cpu-shares.ts";
import { LongRunners } from "../fairness/long-runners.ts";
import { ShareQueue } from "../fairness/share-queue.ts";

export type Lane = "fast" | "slow";

/** Charge for a step before it has run, ms. A tenant with many connections must not take all threads on credit. */
const ADVANCE_MS = 1;

export interface LaneLimits {
  /** The most steps in the fast lane at once. */
  readonly fast: number;
  /** The most steps that begin in the slow lane at once. */
  readonly slow: number;
  /** The same for one tenant. */
  readonly slowPerTenant: number;
}

/** The facts about a step that the lanes need. */
export interface Scheduled {
  readonly tenant: string;
}

export class Lanes<Step extends Scheduled> {
  readonly #limits: LaneLimits;
  readonly #shares: CpuShares;
  readonly #longRunners = new LongRunners();
  readonly #waiting: Record<Lane, ShareQueue<Step>>;
  #fastRunning = 0;
  /** Number of steps in the slow lane, by tenant. */
  readonly #slowRunning = new Map<string, number>();
  #slowTotal = 0;

  /** @param shares the tenants' accounts, which other pools may charge, too */
  constructor(limits: LaneLimits, shares: CpuShares) {
    this.#limits = limits;
    this.#shares = shares;
    this.#waiting = { fast: new ShareQueue(shares), slow: new ShareQueue(shares) };
  }

  /** Number of steps that wait in both lanes. */
  get waiting(): number {
    return this.#waiting.fast.size + this.#waiting.slow.size;
  }

  /** Number of steps that wait for the fast lane. */
  get fastWaiting(): number {
    return this.#waiting.fast.size;
  }

  get running(): number {
    return this.#fastRunning + this.#slowTotal;
  }

  /** Number of steps in the fast lane. */
  get fastRunning(): number {
    return this.#fastRunning;
  }

  /** Number of steps in the slow lane. */
  get slowRunning(): number {
    return this.#slowTotal;
  }

  /** Whether a step that may begin in the slow lane waits. */
  get wantsSlow(): boolean {
    return this.#waiting.slow.size > 0 && this.#slowTotal < this.#limits.slow;
  }

  push(step: Step): void {
    this.#waiting[this.#longRunners.has(step.tenant) ? "slow" : "fast"].push(step.tenant, step);
  }

  /** Takes out a waiting step. @returns whether the step was still waiting */
  remove(step: Step): boolean {
    return this.#waiting.fast.remove(step.tenant, step) || this.#waiting.slow.remove(step.tenant, step);
  }

  /** Takes out all waiting steps. */
  clear(): Step[] {
    const steps: Step[] = [];
    for (const queue of Object.values(this.#waiting)) {
      for (let step = queue.next(); step !== undefined; step = queue.next()) steps.push(step);
    }
    return steps;
  }

  /**
   * Takes the next step of a lane that may begin now. The step counts as running until `end`.
   *
   * @param mayRun says whether a tenant's step may begin, beyond the rules of the lanes
   */
  next(lane: Lane, mayRun: (tenant: string) => boolean = () => true): Step | undefined {
    const step = lane === "fast" ? this.#nextFast(mayRun) : this.#nextSlow(mayRun);
    if (step !== undefined) this.#shares.charge(step.tenant, ADVANCE_MS);
    return step;
  }

  /**
   * Takes the next step of the fast lane for a thread that is busy there. It has no place in the lane before the step in front
   * of it has ended (`beginAhead`).
   *
   * @param give gives it to the thread @returns whether the thread takes it
   * @returns undefined if no step waits, or the thread does not take it
   */
  giveAhead(give: (step: Step) => boolean): Step | undefined {
    const step = this.#waiting.fast.next(undefined, give);
    if (step !== undefined) this.#shares.charge(step.tenant, ADVANCE_MS);
    return step;
  }

  /** Notes that a step given ahead begins, in the place of the one that has ended. */
  beginAhead(): void {
    this.#fastRunning++;
  }

  /** Lets a step given ahead wait again, before its tenant's others. */
  takeBack(step: Step): void {
    this.#shares.charge(step.tenant, -ADVANCE_MS);
    this.#waiting[this.#longRunners.has(step.tenant) ? "slow" : "fast"].putBack(step.tenant, step);
  }

  /** Moves a step that has run long to the slow lane, and with it all waiting steps of its tenant. */
  demote(step: Step): void {
    this.moveToSlow(step);
    this.ranLong(step.tenant);
  }

  /** Moves a step to the slow lane that has not run long itself: its thread is lost to the fast lane. */
  moveToSlow({ tenant }: Step): void {
    this.#fastRunning--;
    this.#enterSlow(tenant);
  }

  /** Notes that work of a tenant has run long. */
  ranLong(tenant: string): void {
    this.#longRunners.ranLong(tenant);
    this.#move(tenant, "slow");
  }

  /** Lets all steps of a tenant begin in the slow lane for a while. */
  confine(tenant: string): void {
    this.#longRunners.confine(tenant);
    this.#move(tenant, "slow");
  }

  /**
   * Notes that a step has ended.
   *
   * @param lane the lane in which it ended
   * @param cpuMs the CPU time that it has taken
   * @param isLong whether it ran long; null for a demoted step, which the lanes know already
   */
  end({ tenant }: Step, { lane, cpuMs, isLong }: { lane: Lane; cpuMs: number; isLong: boolean | null }): void {
    if (lane === "fast") this.#fastRunning--;
    else this.#leaveSlow(tenant);
    this.#shares.charge(tenant, cpuMs - ADVANCE_MS);
    if (isLong === null) return;
    const wasLong = this.#longRunners.has(tenant);
    if (isLong) this.#longRunners.ranLong(tenant);
    else this.#longRunners.ranShort(tenant);
    const isOut = this.#longRunners.has(tenant);
    if (wasLong !== isOut) this.#move(tenant, isOut ? "slow" : "fast");
  }

  /** Moves a tenant's waiting steps to the other lane's queue. */
  #move(tenant: string, to: Lane): void {
    for (const step of this.#waiting[to === "slow" ? "fast" : "slow"].takeAll(tenant))
      this.#waiting[to].push(tenant, step);
  }

  #nextFast(mayRun: (tenant: string) => boolean): Step | undefined {
    if (this.#fastRunning >= this.#limits.fast) return undefined;
    const step = this.#waiting.fast.next(mayRun);
    if (step !== undefined) this.#fastRunning++;
    return step;
  }

  #nextSlow(mayRun: (tenant: string) => boolean): Step | undefined {
    if (this.#slowTotal >= this.#limits.slow) return undefined;
    const { slowPerTenant } = this.#limits;
    const step = this.#waiting.slow.next(
      (tenant) => (this.#slowRunning.get(tenant) ?? 0) < slowPerTenant && mayRun(tenant),
    );
    if (step !== undefined) this.#enterSlow(step.tenant);
    return step;
  }

  #enterSlow(tenant: string): void {
    this.#slowTotal++;
    this.#slowRunning.set(tenant, (this.#slowRunning.get(tenant) ?? 0) + 1);
  }

  #leaveSlow(tenant: string): void {
    this.#slowTotal--;
    const left = this.#slowRunning.get(tenant)! - 1;
    if (left === 0) this.#slowRunning.delete(tenant);
    else this.#slowRunning.set(tenant, left);
  }
}

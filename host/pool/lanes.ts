/**
 * The pool's rules: which step runs next, and in which lane. How a step gets to a thread is the pool's own part.
 *
 *   a step of a tenant                                                    a step that runs
 *     whose steps are short, and take little time --> express --.         longer than its slice
 *     whose steps are short ------------------------> fast -----+-------> goes on in the slow lane
 *     that nobody knows ----------------------------> trial ----'
 *     whose steps run long -------------------------> slow
 *
 *   express                a place for each worker, whoever has the others; priority of the process
 *   fast, trial            a place for each worker, less those that express has; the same priority
 *   slow                   `slow` places, `slowPerTenant` for one tenant; low priority
 *
 * A short step never waits behind long ones, whoever sent them, and a tenant that uses little does not wait for those that
 * use much. If trials have all places, the fast lane has one more. A trial may cost its thread, and a new thread takes its
 * time to start, so the pool asks for a trial only while a ready thread is left. Many unknown tenants whose first steps are
 * endless do not hold up known ones. Threads of the slow lane share what is left of the CPUs. host/fairness/long-runners.ts
 * says which lane a tenant's steps begin in. In each lane, and among those which share places, the tenant that has had
 * least CPU time comes first.
 */
import type { CpuShares, ShareClock } from "../fairness/cpu-shares.ts";
import { type Lane, LongRunners } from "../fairness/long-runners.ts";
import { ShareQueue } from "../fairness/share-queue.ts";

export type { Lane };

/** Charge for a step before it has run, ms. It keeps a tenant with many connections from taking all threads on credit. */
const ADVANCE_MS = 1;

/** The lanes whose steps run one behind the other in a thread without waiting for the main thread in between. */
const AHEAD = ["express", "fast"] as const satisfies Lane[];
const SHARED = [...AHEAD, "trial"] as const;
const USUAL_ORDER: readonly Lane[] = [...SHARED, "slow"];

export interface LaneLimits {
  /** Places of the express lane, and those of the fast lane and trials. */
  readonly fast: number;
  /** The most steps that begin in the slow lane at once. */
  readonly slow: number;
  /** The most steps of one tenant that begin in the slow lane at once. */
  readonly slowPerTenant: number;
}

/** The facts about a step that the lanes need. */
export interface Scheduled {
  readonly tenant: string;
}

export class Lanes<Step extends Scheduled> {
  readonly #limits: LaneLimits;
  readonly #clocks: Record<Lane, ShareClock>;
  readonly #longRunners = new LongRunners();
  readonly #waiting: Record<Lane, ShareQueue<Step>>;
  /** Number of steps by lane. */
  readonly #running: Record<Lane, number> = { express: 0, fast: 0, trial: 0, slow: 0 };
  /** Number of steps in the slow lane, by tenant. */
  readonly #slowRunning = new Map<string, number>();

  /** @param shares makes the tenants' accounts: those of the lanes that share places, and those of the slow lane */
  constructor(limits: LaneLimits, shares: CpuShares) {
    this.#limits = limits;
    const [shared, slow] = [shares.newClock(), shares.newClock()];
    this.#clocks = { express: shared, fast: shared, trial: shared, slow };
    const queue = (lane: Lane) => new ShareQueue<Step>(this.#clocks[lane]);
    this.#waiting = { express: queue("express"), fast: queue("fast"), trial: queue("trial"), slow: queue("slow") };
  }

  /** Number of steps that wait in all lanes. */
  get waiting(): number {
    const { express, fast, trial, slow } = this.#waiting;
    return express.size + fast.size + trial.size + slow.size;
  }

  /** Number of steps that wait for a trial. */
  get trialsWaiting(): number {
    return this.#waiting.trial.size;
  }

  /** Number of steps that wait and may be given ahead. */
  get aheadWaiting(): number {
    return this.#waiting.express.size + this.#waiting.fast.size;
  }

  get running(): number {
    return this.fastRunning + this.#running.slow;
  }

  /** Number of steps that have the places of the fast lane: in the lane itself, in the express lane and on trial. */
  get fastRunning(): number {
    const { express, fast, trial } = this.#running;
    return express + fast + trial;
  }

  /** Number of steps in the slow lane. */
  get slowRunning(): number {
    return this.#running.slow;
  }

  /** Whether a step that may begin in the slow lane waits. */
  get wantsSlow(): boolean {
    return this.#waiting.slow.size > 0 && this.#running.slow < this.#limits.slow;
  }

  push(step: Step): void {
    this.#waiting[this.#longRunners.laneOf(step.tenant)].push(step.tenant, step);
  }

  /** Takes out a waiting step. @returns whether the step was still waiting */
  remove(step: Step): boolean {
    return Object.values(this.#waiting).some((queue) => queue.remove(step.tenant, step));
  }

  /** Takes out all waiting steps. */
  clear(): Step[] {
    const steps: Step[] = [];
    for (const queue of Object.values(this.#waiting)) {
      for (let step = queue.next(); step !== undefined; step = queue.next()) steps.push(step);
    }
    return steps;
  }

  /** The order in which the lanes are to be asked for the next step. */
  get order(): readonly Lane[] {
    const { express, fast, trial } = this.#waiting;
    if (Math.max(express.size, fast.size) === 0 || Math.max(express.size + fast.size, trial.size) === 0)
      return USUAL_ORDER;
    return [...this.#byAccount(SHARED), "slow"];
  }

  /**
   * Takes the next step of a lane that may begin now. The step counts as running until `end`.
   *
   * @param mayRun says whether a tenant's step may begin, beyond the rules of the lanes
   */
  next(lane: Lane, mayRun: (tenant: string) => boolean = () => true): Step | undefined {
    const step = this.#hasPlace(lane) ? this.#waiting[lane].next(this.#mayRun(lane, mayRun)) : undefined;
    if (step === undefined) return undefined;
    this.#enter(step.tenant, lane);
    this.#clocks[lane].charge(step.tenant, ADVANCE_MS);
    return step;
  }

  /**
   * Takes the next step of a known tenant for a thread that is busy with one. It has no place in its lane before the step
   * in front of it has ended (`beginAhead`).
   *
   * @param give gives the step to the thread. It returns whether the thread takes it
   * @returns undefined if no step waits, or the thread does not take it
   */
  giveAhead(give: (step: Step) => boolean): Step | undefined {
    const [lane] = this.#byAccount(AHEAD);
    const step = this.#waiting[lane!].next(undefined, give);
    if (step !== undefined) this.#clocks.fast.charge(step.tenant, ADVANCE_MS);
    return step;
  }

  /** Notes that a step given ahead begins, in the place of the one that has ended. @returns its lane */
  beginAhead({ tenant }: Step): Lane {
    const lane = this.#longRunners.laneOf(tenant) === "express" ? "express" : "fast";
    this.#running[lane]++;
    return lane;
  }

  /** Lets a step given ahead wait again, before its tenant's others. */
  takeBack(step: Step): void {
    this.#clocks.fast.charge(step.tenant, -ADVANCE_MS);
    this.#waiting[this.#longRunners.laneOf(step.tenant)].putBack(step.tenant, step);
  }

  /**
   * Moves a step that has run long to the slow lane, and with it all waiting steps of its tenant.
   *
   * @param from the lane in which it has run
   * @param cpuMs what it has cost there
   */
  demote(step: Step, from: Lane, cpuMs: number): void {
    this.moveToSlow(step, from);
    this.charge(step.tenant, cpuMs - ADVANCE_MS);
    this.ranLong(step.tenant, cpuMs);
  }

  /** Moves a step to the slow lane that has not run long itself, because its thread is lost to the other lanes. */
  moveToSlow({ tenant }: Step, from: Lane): void {
    this.#leave(tenant, from);
    this.#enter(tenant, "slow");
  }

  /** Charges a tenant for CPU time in the fast lane that belongs to none of its steps there. */
  charge(tenant: string, cpuMs: number): void {
    this.#clocks.fast.charge(tenant, cpuMs);
  }

  /** Notes that work of a tenant has run long. @param cpuMs what it has taken up to now */
  ranLong(tenant: string, cpuMs: number): void {
    this.#reclass(tenant, () => this.#longRunners.ranLong(tenant, cpuMs));
  }

  /** Lets all steps of a tenant begin in the slow lane for a while. */
  confine(tenant: string): void {
    this.#reclass(tenant, () => this.#longRunners.confine(tenant));
  }

  /**
   * Notes that a step has ended.
   *
   * @param lane the lane in which it ended
   * @param cpuMs the CPU time that it has taken
   * @param isLong whether it ran long; null for a demoted step, which the lanes know already
   */
  end({ tenant }: Step, { lane, cpuMs, isLong }: { lane: Lane; cpuMs: number; isLong: boolean | null }): void {
    this.#leave(tenant, lane);
    this.#clocks[lane].charge(tenant, cpuMs - ADVANCE_MS);
    if (isLong === null) return;
    this.#reclass(tenant, () => this.#longRunners[isLong ? "ranLong" : "ranShort"](tenant, cpuMs));
  }

  /** Makes a change that may give the tenant another lane, and moves its waiting steps to the queue of that lane. */
  #reclass(tenant: string, change: () => void): void {
    const before = this.#longRunners.laneOf(tenant);
    change();
    const lane = this.#longRunners.laneOf(tenant);
    if (lane === before) return;
    for (const step of this.#waiting[before].takeAll(tenant)) this.#waiting[lane].push(tenant, step);
  }

  /** The lanes, ordered so that the lane whose next tenant has had least CPU time comes first. */
  #byAccount<Some extends Lane>(lanes: readonly Some[]): Some[] {
    const next = lanes.map((lane) => ({ lane, account: this.#waiting[lane].nextAccount }));
    return next.sort((a, b) => a.account - b.account).map(({ lane }) => lane);
  }

  #hasPlace(lane: Lane): boolean {
    const { express, fast, slow } = this.#running;
    if (lane === "slow") return slow < this.#limits.slow;
    const places = this.#limits.fast;
    if (lane === "express" && express < places) return true;
    return this.fastRunning < places || (lane === "fast" && express + fast === 0);
  }

  #mayRun(lane: Lane, mayRun: (tenant: string) => boolean): (tenant: string) => boolean {
    if (lane !== "slow") return mayRun;
    return (tenant) => (this.#slowRunning.get(tenant) ?? 0) < this.#limits.slowPerTenant && mayRun(tenant);
  }

  #enter(tenant: string, lane: Lane): void {
    this.#running[lane]++;
    if (lane === "slow") this.#slowRunning.set(tenant, (this.#slowRunning.get(tenant) ?? 0) + 1);
  }

  #leave(tenant: string, lane: Lane): void {
    this.#running[lane]--;
    if (lane !== "slow") return;
    const left = this.#slowRunning.get(tenant)! - 1;
    if (left === 0) this.#slowRunning.delete(tenant);
    else this.#slowRunning.set(tenant, left);
  }
}

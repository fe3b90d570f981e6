import type { StepLimits } from "../protocol/slot-step.ts";
import type { Lane } from "./lanes.ts";
import type { SubmittedStep } from "./submitted-step.ts";

/** The owner of the host's own steps, which prepare the threads and have no limits. */
export const HOST = "";

/** Times by which the pool treats a step, ms of CPU time. */
interface StepTimes {
  /** CPU time after which the step leaves the fast lane. */
  readonly sliceMs: number;
  /**
   * Time beyond the limit until the thread is ended. The engine polls the CPU time and usually stops a program earlier.
   */
  readonly graceMs: number;
}

const stepTimes = {
  usual: { sliceMs: 5, graceMs: 10 },
  /** Times on a thread where another tenant ran last. The first step there decodes the image and fills caches. */
  cold: { sliceMs: 25, graceMs: 35 },
  /** A step of the host's own. */
  host: { sliceMs: Number.POSITIVE_INFINITY, graceMs: Number.POSITIVE_INFINITY },
} satisfies Record<string, StepTimes>;

/** A step that runs on a thread. */
export class RunningStep {
  readonly submitted: SubmittedStep;
  lane: Lane;
  /** Whether the step was moved to the slow lane. */
  demoted = false;
  /** The reason why the pool has ended the thread; null while the step may go on. */
  verdict: Error | null = null;
  /** The steps that the thread has been given to run after this one. */
  readonly behind: SubmittedStep[];
  /** CPU time after which the step leaves the fast lane, ms. */
  readonly sliceMs: number;
  /** CPU time beyond the limit after which the thread is ended, ms. */
  #graceMs: number;
  /** Whether another program ran last on the thread. */
  readonly isCold: boolean;
  readonly #began = performance.now();
  readonly #cpuAtStart: number | null;
  /** The step's program was seen to run. */
  #hasBegun = false;

  /**
   * @param isCold another program ran last on the thread
   * @param cpuAtStart CPU time of the thread so far, ms; null if it cannot be read
   */
  constructor(
    submitted: SubmittedStep,
    {
      lane,
      isCold,
      cpuAtStart,
      behind,
    }: { lane: Lane; isCold: boolean; cpuAtStart: number | null; behind: SubmittedStep[] },
  ) {
    this.submitted = submitted;
    this.lane = lane;
    this.behind = behind;
    const times = submitted.tenant === HOST ? stepTimes.host : isCold ? stepTimes.cold : stepTimes.usual;
    this.isCold = isCold;
    this.sliceMs = times.sliceMs;
    this.#graceMs = times.graceMs;
    this.#cpuAtStart = cpuAtStart;
  }

  /** Time from the step's submission to its start, ms. */
  get waitedMs(): number {
    return this.#began - this.submitted.submittedAt;
  }

  /** Wall time since the step was given to its thread, ms. */
  get elapsedMs(): number {
    return performance.now() - this.#began;
  }

  /** @param cpuNow CPU time of the thread, ms @returns CPU time of the step, ms; null if it cannot be read */
  cpuMs(cpuNow: number | null): number | null {
    return cpuNow === null || this.#cpuAtStart === null ? null : cpuNow - this.#cpuAtStart;
  }

  /** Whether steps may be given to the thread behind this one. It must end soon, as far as its tenant is known. */
  get takesMore(): boolean {
    return (this.lane === "express" || this.lane === "fast") && this.verdict === null;
  }

  /** Whether the thread has to prepare for the program, in which case `noteBegin` tells when it has. */
  get mayPrepare(): boolean {
    return this.isCold && this.submitted.tenant !== HOST;
  }

  /**
   * Notes that the step's program runs. From now on, the time that a cold thread gets beyond the limit is what it has used
   * up to now, if that is less.
   *
   * @param cpuMs CPU time of the step, ms
   */
  noteBegin(cpuMs: number): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#graceMs = Math.min(this.#graceMs, cpuMs + stepTimes.usual.graceMs);
  }

  demote(): void {
    this.lane = "slow";
    this.demoted = true;
  }

  /** Whether the step is over its limit of CPU time, or of wall time if CPU time cannot be read. */
  isOver(cpuMs: number | null, limits: StepLimits): boolean {
    return cpuMs === null ? this.elapsedMs > limits.hardMs : cpuMs > limits.cpuMs + this.#graceMs;
  }
}

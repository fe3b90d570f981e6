import type { StepLimits } from "../protocol/slot-step.ts";
import type { Lane } from "./lanes.ts";

/** CPU time after which a step leaves the fast lane, ms. */
export const SLICE_MS = 5;

/** The same where the thread has not run this tenant last: its first step there decodes the image, compiles, fills caches. */
export const COLD_SLICE_MS = 25;

/** The engine stops a program by itself where it polls the CPU time: what it may take beyond it until the thread is ended, ms. */
const GRACE_MS = 10;

/** A step that a thread runs. */
export class RunningStep<Waiting> {
  readonly waiting: Waiting;
  lane: Lane;
  /** It began in the fast lane and was put into the slow one. */
  demoted = false;
  /** Why the pool has ended its thread; null while it may go on. */
  verdict: Error | null = null;
  /** CPU time after which the step leaves the fast lane, ms. */
  readonly sliceMs: number;
  readonly #began = performance.now();
  readonly #cpuAtStart: number | null;

  /** @param cpuAtStart CPU time of the thread so far, ms; null where it cannot be read */
  constructor(waiting: Waiting, lane: Lane, sliceMs: number, cpuAtStart: number | null) {
    this.waiting = waiting;
    this.sliceMs = sliceMs;
    this.lane = lane;
    this.#cpuAtStart = cpuAtStart;
  }

  /** Wall time since the step was given to its thread, ms. */
  get elapsedMs(): number {
    return performance.now() - this.#began;
  }

  /** @param cpuNow CPU time of the thread, ms @returns that of the step; null where it cannot be read */
  cpuMs(cpuNow: number | null): number | null {
    return cpuNow === null || this.#cpuAtStart === null ? null : cpuNow - this.#cpuAtStart;
  }

  demote(): void {
    this.lane = "slow";
    this.demoted = true;
  }

  /** Whether the step is over its limit: of CPU time where that can be read, else of wall time. */
  isOver(cpuMs: number | null, limits: StepLimits): boolean {
    return cpuMs === null ? this.elapsedMs > limits.hardMs : cpuMs > limits.cpuMs + GRACE_MS;
  }
}

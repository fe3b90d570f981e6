import { threadControl } from "../threads/thread-control.ts";

/** Weight of the newest step in the average CPU time of steps. */
const NEWEST = 0.2;

/** CPU time of steps after which the clock is read again, ms. */
const READ_EVERY_MS = 1;

/**
 * The CPU clock of a thread with slots. A look at it takes 4 us, as much as a tenth of a short step. So the CPU time at
 * the start of a step is the sum of the last look and of the times that later steps have reported. The sum is right to
 * a millisecond, because the steps between two looks take no longer together.
 */
export class ThreadCpu {
  readonly #thread: number | null;
  #read: number | null = null;
  #since = READ_EVERY_MS;
  /** CPU time that the thread's steps have taken lately, on average, ms. */
  usualMs = 0;

  /** @param thread Linux's number of the thread; null if the system has no control of single threads */
  constructor(thread: number | null) {
    this.#thread = thread;
  }

  /** CPU time since the thread began, ms; null if it cannot be read. */
  now(): number | null {
    return this.#thread === null ? null : (threadControl()?.cpuMs(this.#thread) ?? null);
  }

  /** CPU time at the start of a step, right to a millisecond; null if it cannot be read. */
  atStart(): number | null {
    if (this.#since >= READ_EVERY_MS) {
      this.#read = this.now();
      this.#since = 0;
    }
    return this.#read === null ? null : this.#read + this.#since;
  }

  /** Adds a step that has ended. */
  add(stepMs: number): void {
    this.#since += stepMs;
    this.usualMs += (stepMs - this.usualMs) * NEWEST;
  }
}

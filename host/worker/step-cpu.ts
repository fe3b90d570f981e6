/**
 * The CPU time of a thread's steps, with few looks at the clock. A look is a system call, which takes as long as a
 * twentieth of a short step. So a step of less than a millisecond of wall time counts with its wall time, because it
 * cannot have used more. The clock is read when such steps have added up to a millisecond, and in longer steps at each
 * question. The CPU time of a longer step is therefore right to a millisecond.
 */

/** Wall time of a short step, ms. */
const SHORT = 1;

export class StepCpu {
  readonly #threadCpuMs: () => number;
  /** CPU time of the thread when the clock was read last. */
  #read = 0;
  /** Wall time of the short steps since then. The first value makes the first step read the clock. */
  #since = SHORT;
  #beganAt = 0;

  /** @param threadCpuMs CPU time of the thread so far, ms */
  constructor(threadCpuMs: () => number) {
    this.#threadCpuMs = threadCpuMs;
  }

  /** Begins a step. */
  begin(): void {
    if (this.#since >= SHORT) {
      this.#read = this.#threadCpuMs();
      this.#since = 0;
    }
    this.#beganAt = performance.now();
  }

  /** CPU time of the step so far, ms. */
  usedMs(): number {
    const wallMs = performance.now() - this.#beganAt;
    if (wallMs < SHORT) return wallMs;
    return Math.max(0, Math.min(wallMs, this.#threadCpuMs() - this.#read - this.#since));
  }

  /** Ends a step. @returns its CPU time, ms */
  end(): number {
    const usedMs = this.usedMs();
    this.#since += performance.now() - this.#beganAt;
    return usedMs;
  }
}

/** The reasons why a step has no result. */

/** The step ran over its budget and its worker was ended. */
export class StepEnded extends Error {
  constructor() {
    super("the step ran over its budget and its worker was ended");
    this.name = "StepEnded";
  }
}

/** The worker ended while it had the step, and the pool had no part in it. */
export class WorkerLost extends Error {
  /** V8's heap of the worker was full, most likely because of the step itself. */
  readonly outOfMemory: boolean;

  private constructor(outOfMemory: boolean, cause: Error) {
    super("the worker that ran the step ended", { cause });
    this.name = "WorkerLost";
    this.outOfMemory = outOfMemory;
  }

  /** @returns null if the step has thrown in a worker that is well */
  static from(error: unknown): WorkerLost | null {
    if (!(error instanceof Error)) return null;
    const outOfMemory = (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
    const ended = error.message.startsWith("worker exited") || error.message === "Terminating worker thread";
    return outOfMemory || ended ? new WorkerLost(outOfMemory, error) : null;
  }
}

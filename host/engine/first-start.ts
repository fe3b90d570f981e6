import { plinthError } from "../errors.ts";

/** The tries of a thread's start. The host's start fails when each thread has failed so often on average. */
const TRIES = 4;

/**
 * Watches the start of a pool's first threads. The pool starts a lost thread again for as long as the host runs, which is
 * right while others serve. A host whose threads never start would serve nobody, so its own start fails.
 */
export class FirstStart {
  readonly #failed = Promise.withResolvers<never>();
  readonly #most: number;
  #failures = 0;

  /** @param threads number of threads that the pool starts at once */
  constructor(threads: number) {
    this.#most = TRIES * threads;
    // Nobody may be waiting when the last try fails.
    this.#failed.promise.catch(() => {});
  }

  /** Notes that the start of a thread has failed. */
  note(error: unknown): void {
    this.#failures++;
    if (this.#failures < this.#most) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#failed.reject(plinthError("PLINTH_THREADS", [reason], { cause: error }));
  }

  /** @param ready resolves when all threads have started @throws PLINTH_THREADS if they do not start */
  async until(ready: Promise<void>): Promise<void> {
    await Promise.race([ready, this.#failed.promise]);
  }
}

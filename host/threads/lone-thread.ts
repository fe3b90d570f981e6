/**
 * One thread for work that must not hold up the event loop. The first call starts it, and it is ended when it has been idle for
 * a while. A call after its end, whatever the cause, starts another.
 */
import type { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { plinthError } from "../errors.ts";

export interface LoneThreadOptions {
  /** A thread that has no call for this long is ended, ms. */
  readonly idleMs: number;
  /** MB of the thread's V8 heap; V8's own bound if not given. */
  readonly heapMb?: number;
  readonly workerData?: unknown;
  /** Told of an error that ends the thread between two calls: no caller can catch it. */
  onFault(error: unknown): void;
}

export class LoneThread<Task, Result> implements AsyncDisposable {
  readonly #piscina: Piscina<Task, Result>;
  /** Of the call under way: aborted where its thread ended before it took the call. */
  #lost: AbortController | null = null;
  #lastTurn: Promise<unknown> = Promise.resolve();
  #ended = false;

  /** @param entry a module whose default export answers calls */
  constructor(entry: URL, { idleMs, heapMb, workerData, onFault }: LoneThreadOptions) {
    this.#piscina = new Piscina({
      filename: entry.href,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: idleMs,
      atomics: "disabled",
      recordTiming: false,
      ...(heapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapMb } }),
      workerData,
    });
    // piscina tells the pool, and not the call, of an error in a thread that has not taken the call yet. Where there is a
    // thread, the error is about an earlier one, such as an answer that came after the thread's end.
    this.#piscina.on("error", (error: unknown) => {
      if (this.#lost === null || this.threads.length > 0) onFault(error);
      else this.#lost.abort(error);
    });
    // The same for a thread that exits before it takes the call. An error is told first, in this turn of the event loop.
    this.#piscina.on("workerDestroy", () => {
      queueMicrotask(() => {
        if (this.threads.length === 0) this.#lost?.abort(new Error("the thread ended before it had started"));
      });
    });
  }

  /** The thread, if there is one now: for a watchdog. */
  get threads(): Worker[] {
    return this.#piscina.threads;
  }

  /**
   * Calls are made one after the other, in their order. A call that stood in piscina's own queue when the thread ended would
   * stand there until the next call, for a pool that may be empty starts no thread by itself.
   *
   * @throws what the entry throws; the thread's error where it ended; PlinthError PLINTH_SHUTTING_DOWN
   */
  call(task: Task): Promise<Result> {
    const turn = this.#lastTurn.then(() => this.#run(task));
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  /** Ends the thread at once. The call that it has fails, and so do those that wait. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#piscina.destroy();
  }

  /** Ends the thread when it has answered all calls made so far. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lastTurn;
    await this.end();
  }

  async #run(task: Task): Promise<Result> {
    if (this.#ended) throw plinthError("PLINTH_SHUTTING_DOWN");
    const lost = new AbortController();
    this.#lost = lost;
    try {
      return await this.#piscina.run(task, { signal: lost.signal });
    } catch (error) {
      const { aborted, reason } = lost.signal;
      throw aborted && (error as Error).cause === reason ? reason : error;
    } finally {
      this.#lost = null;
    }
  }
}

/**
 * One thread for work that must not hold up the event loop. The first call starts the thread, and a thread that has been
 * idle for a while is ended. If the thread ends for any cause, the next call starts another.
 */
import type { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { plinthError } from "../errors.ts";
import { awaitEnd } from "./ending.ts";

export interface LoneThreadOptions {
  /** Idle time after which the thread is ended, ms. */
  readonly idleMs: number;
  /** The most MB of the thread's V8 heap. Default: V8's own bound. */
  readonly heapMb?: number;
  readonly workerData?: unknown;
  /** Receives an error that ends the thread between two calls, since no caller can catch it. */
  onFault(error: unknown): void;
}

export class LoneThread<Task, Result> implements AsyncDisposable {
  readonly #piscina: Piscina<Task, Result>;
  /** Aborts the call under way if the thread ends before it takes the call. */
  #lost: AbortController | null = null;
  #lastTurn: Promise<unknown> = Promise.resolve();
  /** The ends of threads that have not ended. piscina forgets a thread before it has ended. */
  readonly #ends = new Map<Worker, Promise<unknown>>();
  #ended = false;

  /** @param entry the module whose default export answers calls */
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
    // If a thread fails before it takes a call, piscina reports the error to the pool and not to the call. If there is a
    // thread, the error belongs to an earlier one, for example to an answer that came after that thread's end.
    this.#piscina.on("error", (error: unknown) => {
      if (this.#lost === null || this.threads.length > 0) onFault(error);
      else this.#lost.abort(error);
    });
    // The same holds for a thread that exits. An error is reported earlier in the same turn of the event loop.
    this.#piscina.on("workerDestroy", () => {
      queueMicrotask(() => {
        if (this.threads.length === 0) this.#lost?.abort(new Error("the thread ended before it had started"));
      });
    });
  }

  /** The thread, if there is one now. A watchdog looks at it. */
  get threads(): Worker[] {
    return this.#piscina.threads;
  }

  /**
   * Makes the calls one after the other, in their order. If the thread ended, a call in piscina's own queue would wait
   * there until the next call, since a pool that may be empty starts no thread by itself.
   *
   * @throws what the entry throws; the thread's error if the thread ended; PlinthError PLINTH_SHUTTING_DOWN
   */
  call(task: Task): Promise<Result> {
    const turn = this.#lastTurn.then(() => this.#run(task));
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  /**
   * Ends the thread at once. The call under way fails, and so do the calls that wait. A thread may never end: see
   * `awaitEnd`.
   */
  async end(): Promise<void> {
    this.#ended = true;
    await awaitEnd(Promise.all([this.#piscina.destroy(), ...this.#ends.values()]));
  }

  /** Ends the thread after it has answered all calls made so far. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lastTurn;
    await this.end();
  }

  #awaitEnds(): void {
    for (const thread of this.threads) {
      if (this.#ends.has(thread)) continue;
      const end = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
      this.#ends.set(
        thread,
        end.finally(() => this.#ends.delete(thread)),
      );
    }
  }

  async #run(task: Task): Promise<Result> {
    if (this.#ended) throw plinthError("PLINTH_SHUTTING_DOWN");
    const lost = new AbortController();
    this.#lost = lost;
    try {
      const result = this.#piscina.run(task, { signal: lost.signal });
      this.#awaitEnds();
      return await result;
    } catch (error) {
      const { aborted, reason } = lost.signal;
      throw aborted && (error as Error).cause === reason ? reason : error;
    } finally {
      this.#lost = null;
    }
  }
}

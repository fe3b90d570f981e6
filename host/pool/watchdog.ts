/** Ends workers whose step is over its wall-time budget. WebAssembly that never returns cannot be stopped more gently. */
import type { Worker } from "node:worker_threads";
import type { HeartbeatTable } from "../worker/heartbeat.ts";

/** Time between two looks of the watchdog, ms. A budget is that imprecise. */
const INTERVAL_MS = 10;

export class Watchdog {
  readonly #table: HeartbeatTable;
  readonly #threads: () => Worker[];
  /** Budgets of the steps that were ended, ms. */
  readonly #ended = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(table: HeartbeatTable, threads: () => Worker[]) {
    this.#table = table;
    this.#threads = threads;
  }

  /** Starts looking. The pool calls it when the first step begins. */
  start(): void {
    this.#timer ??= setInterval(() => this.#look(), INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Whether the watchdog ended this step. The pool asks once, when the step's task has failed. */
  hasEnded(stepId: number): boolean {
    return this.takeEnded(stepId) !== null;
  }

  /**
   * Takes the end of a step, for a pool of different budgets. @returns the budget that it exceeded, ms; null if it was
   * not ended
   */
  takeEnded(stepId: number): number | null {
    const budgetMs = this.#ended.get(stepId) ?? null;
    this.#ended.delete(stepId);
    return budgetMs;
  }

  #look(): void {
    const threads = new Map(this.#threads().map((thread) => [thread.threadId, thread]));
    this.#table.keepOnly(new Set(threads.keys()));
    for (const { threadId, stepId, budgetMs } of this.#table.overdue()) {
      if (this.#ended.has(stepId)) continue;
      this.#ended.set(stepId, budgetMs);
      void threads.get(threadId)?.terminate();
    }
  }
}

/** Ends workers whose step has run over its wall-time budget. WebAssembly that never returns leaves no gentler way. */
import type { Worker } from "node:worker_threads";
import type { HeartbeatTable } from "../worker/heartbeat.ts";

/** How often the watchdog looks, ms: the imprecision of a budget. */
const INTERVAL_MS = 10;

export class Watchdog {
  readonly #table: HeartbeatTable;
  readonly #threads: () => Worker[];
  /** Steps ended, and their budgets in ms. */
  readonly #ended = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(table: HeartbeatTable, threads: () => Worker[]) {
    this.#table = table;
    this.#threads = threads;
  }

  /** Looks from now on; called when the first step begins. */
  start(): void {
    this.#timer ??= setInterval(() => this.#look(), INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Whether the watchdog ended this step; asked once, when the step's task has failed. */
  hasEnded(stepId: number): boolean {
    return this.takeEnded(stepId) !== null;
  }

  /** The same, for steps of several budgets. @returns the budget that the step ran over, ms; null where it was not ended */
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

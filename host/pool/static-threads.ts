/**
 * The threads for static programs, and the choice of one for a request.
 *
 * A request begins only in a thread where no other is beginning. So a request of the fast lane has nobody before it but
 * requests that go on after a wait. Threads of the slow lane belong to one tenant at a time while there are enough.
 */
import { LRUCache } from "lru-cache";
import { awaitEnd } from "../threads/ending.ts";
import type { Lane } from "./lanes.ts";
import type { StaticRun } from "./static-run.ts";
import type { StaticThread } from "./static-thread.ts";

/** Idle time after which a thread is ended, ms. Static programs are rare, so its memory is worth more than its start-up. */
const IDLE_MS = 30_000;
/** Components whose last thread is remembered, because that thread has their compiled code. */
const AFFINITY_ENTRIES = 1_000;

/** Requests by which a thread with the compiled code may exceed another one and still be taken. */
const UNEVEN = 8;

export interface StaticThreadsOptions {
  /** The most threads. */
  readonly most: number;
  /** The most requests in a thread. */
  readonly concurrency: number;
  /** Whether a trial leaves a thread to the fast lane, while more threads can be had. */
  readonly keepsOne: boolean;
  start(): StaticThread;
}

export class StaticThreads {
  readonly #options: StaticThreadsOptions;
  readonly #threads = new Set<StaticThread>();
  readonly #last = new LRUCache<string, StaticThread>({ max: AFFINITY_ENTRIES });
  readonly #idle = new Map<StaticThread, NodeJS.Timeout>();
  readonly #ends = new Set<Promise<void>>();

  constructor(options: StaticThreadsOptions) {
    this.#options = options;
  }

  [Symbol.iterator](): Iterator<StaticThread> {
    return this.#threads[Symbol.iterator]();
  }

  /** Whether a lane has a thread for a request. */
  has(lane: Lane): boolean {
    if (lane !== "slow") {
      const kept = lane === "trial" && this.#options.keepsOne && !this.#isFull ? 1 : 0;
      return this.#open(false).length > kept || (this.#isFull && this.#open(true).length > 0);
    }
    return this.#open(true).length > 0 || this.#spare !== undefined || !this.#isFull;
  }

  /** Takes a thread for a request to begin in. The lane has one (`has`). */
  take(lane: Lane, run: StaticRun): StaticThread {
    const thread = lane === "slow" ? this.#forSlow(run) : this.#forFast(run);
    this.#last.set(run.step.component, thread);
    clearTimeout(this.#idle.get(thread));
    this.#idle.delete(thread);
    thread.beginning = run;
    thread.runs.set(run.step.id, run);
    return thread;
  }

  /** Notes that a request has ended in the thread. */
  leave(thread: StaticThread, run: StaticRun): void {
    thread.runs.delete(run.step.id);
    if (thread.beginning === run) thread.beginning = null;
    if (thread.ended || thread.runs.size > 0) return;
    if (thread.lowered) thread.restorePriority();
    this.#idle.set(thread, setTimeout(() => this.end(thread), IDLE_MS).unref());
  }

  /** Starts threads until the fast lane has this many, started ones included. */
  replenish(wanted: number): void {
    let fast = [...this.#threads].filter(({ lowered }) => !lowered).length;
    for (; fast < wanted && !this.#isFull; fast++) this.#start();
  }

  /** Ends a thread, even if it is busy. */
  end(thread: StaticThread): void {
    this.#threads.delete(thread);
    clearTimeout(this.#idle.get(thread));
    this.#idle.delete(thread);
    const end = thread.end().finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }

  async close(): Promise<void> {
    for (const thread of this.#threads) this.end(thread);
    await Promise.all([...this.#ends].map(awaitEnd));
  }

  get #isFull(): boolean {
    return this.#threads.size >= this.#options.most;
  }

  /** An idle thread of the fast lane that the slow lane may have, because another one is ready. */
  get #spare(): StaticThread | undefined {
    const ready = this.#open(false);
    return ready.length > 1 ? ready.find(({ runs }) => runs.size === 0) : undefined;
  }

  /** The threads in which a request may begin. */
  #open(lowered: boolean): StaticThread[] {
    return [...this.#threads].filter(
      (thread) =>
        thread.lowered === lowered &&
        (thread.isReady || lowered) &&
        thread.beginning === null &&
        thread.runs.size < this.#options.concurrency,
    );
  }

  #forFast({ step }: StaticRun): StaticThread {
    const open = this.#open(false);
    const emptiest = fewestRuns(open) ?? fewestRuns(this.#open(true))!;
    const last = this.#last.get(step.component);
    const hasCode = last !== undefined && open.includes(last) && last.runs.size <= emptiest.runs.size + UNEVEN;
    return hasCode ? last : emptiest;
  }

  #forSlow({ tenant }: StaticRun): StaticThread {
    const open = this.#open(true);
    const own = open.find(({ runs }) => [...runs.values()].every((run) => run.tenant === tenant));
    const thread = own ?? this.#spare ?? (this.#isFull ? fewestRuns(open)! : this.#start());
    if (!thread.lowered) thread.lowerPriority();
    return thread;
  }

  #start(): StaticThread {
    const thread = this.#options.start();
    this.#threads.add(thread);
    return thread;
  }
}

function fewestRuns(threads: readonly StaticThread[]): StaticThread | undefined {
  return threads.toSorted((a, b) => a.runs.size - b.runs.size)[0];
}

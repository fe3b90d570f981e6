/**
 * The pool's threads, as long as they run no step.
 *
 *                      take("fast")                     run long: lowered
 *   starting --> ready -------------> busy, fast lane --------------------> busy, slow lane
 *                  ^  \ take("slow"): lowered                                   |    |
 *                  |   `-----------------------------------------------> -------'    | giveBack
 *                  |                                                                 v
 *                  '-- where the process may raise its priority ------------- stand-by of the slow lane --> ended when idle
 *
 * So many threads as may be busy in the fast lane, and the spares, are ready or busy there, or being started.
 */
import { LRUCache } from "lru-cache";
import type { SlotStep } from "../protocol/slot-step.ts";
import type { SlotWorkerData } from "../worker/slot-worker.ts";
import type { Lane } from "./lanes.ts";
import { SlotThread } from "./slot-thread.ts";

export interface SlotThreadsOptions {
  readonly workerData: SlotWorkerData;
  /** Threads that are to be ready or busy in the fast lane. */
  readonly wanted: number;
  /** Threads kept for the slow lane. */
  readonly standBy: number;
  /** Told of threads that cannot start (it is tried again), and of what fails in one beside its steps. */
  onFault(error: unknown): void;
  /** A thread is ready. */
  onReady(): void;
  /** Threads that are busy in the fast lane now. */
  busyFast(): number;
  /** Whether a step waits that may begin in the slow lane. */
  wantsSlow(): boolean;
}

/** Tenant images whose last thread is remembered. */
const AFFINITY_ENTRIES = 10_000;
/** Time between a thread that could not start and the next try, ms. */
const RETRY_MS = 500;
/** A thread that was lowered may come back: while another one is ready, its replacement waits this long, ms. */
const REPLACE_MS = 100;
/** A thread of the slow lane that has had nothing to do for this long is ended, ms. */
const SLOW_IDLE_MS = 10_000;
/** A shutdown waits this long for threads that do not end, ms. */
const END_MS = 2_000;

export class SlotThreads {
  readonly #options: SlotThreadsOptions;
  readonly #ready = new Set<SlotThread>();
  readonly #standBy = new Set<SlotThread>();
  readonly #idleTimers = new WeakMap<SlotThread, NodeJS.Timeout>();
  #starting = 0;
  #replacement: NodeJS.Timeout | undefined;
  /** Tenant image -> thread that ran it last: its delta is there, perhaps in a slot still. */
  readonly #lastThread = new LRUCache<string, SlotThread>({ max: AFFINITY_ENTRIES });
  readonly #warmUps: SlotStep[] = [];
  readonly #ends = new Set<Promise<void>>();
  #closed = false;

  constructor(options: SlotThreadsOptions) {
    this.#options = options;
    this.replenish();
  }

  /** Whether all wanted threads are ready or busy. */
  get complete(): boolean {
    return this.#fast >= this.#wanted;
  }

  /** Whether there is a thread for a step of a lane. The fast lane keeps a ready one, whatever waits for the slow one. */
  has(lane: Lane): boolean {
    return lane === "fast" ? this.#ready.size > 0 : this.#standBy.size > 0 || this.#ready.size > 1;
  }

  /**
   * Takes a thread: if possible the one that ran this tenant's image last.
   *
   * @param lane for which there is one (`has`)
   * @returns `isCold`: another one ran the image last, or none
   */
  take(lane: Lane, image: string): { thread: SlotThread; isCold: boolean } {
    const idle = lane === "slow" && this.#standBy.size > 0 ? this.#standBy : this.#ready;
    const last = this.#lastThread.get(image);
    const [first] = idle;
    const thread = last !== undefined && idle.has(last) ? last : first!;
    idle.delete(thread);
    clearTimeout(this.#idleTimers.get(thread));
    this.#lastThread.set(image, thread);
    if (lane === "slow" && !thread.lowered) thread.lowerPriority();
    return { thread, isCold: thread !== last };
  }

  /** Takes a thread back whose step has ended. A lowered one stays in the slow lane where its priority cannot be raised. */
  giveBack(thread: SlotThread): void {
    if (this.#closed) return;
    if (!this.complete && thread.restorePriority()) {
      this.#ready.add(thread);
    } else if (this.#standBy.size < this.#options.standBy) {
      this.#standBy.add(thread);
      this.#idleTimers.set(thread, setTimeout(() => this.end(thread), SLOW_IDLE_MS).unref());
    } else {
      this.end(thread);
    }
  }

  /** Ends a thread, whatever it does. */
  end(thread: SlotThread): void {
    this.#ready.delete(thread);
    this.#standBy.delete(thread);
    const end = thread.end().finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }

  /** Runs a step on each thread that is started from now on, before the thread is given any other. */
  warmWith(step: SlotStep): void {
    this.#warmUps.push(step);
  }

  /** Starts the threads that are wanted and not there. */
  replenish(): void {
    if (this.#closed || this.#fast + this.#starting >= this.#wanted) return;
    if (this.#ready.size > 0) this.#replacement ??= setTimeout(() => this.#startAll(), REPLACE_MS).unref();
    else this.#startAll();
  }

  /** Ends those that are idle, and waits for all that are ending. A thread that cannot be ended is not waited for. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#replacement);
    for (const thread of [...this.#ready, ...this.#standBy]) this.end(thread);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, END_MS);
    await Promise.race([Promise.all(this.#ends), promise]);
    clearTimeout(timer);
  }

  /** Threads of the fast lane, busy or ready. */
  get #fast(): number {
    return this.#ready.size + this.#options.busyFast();
  }

  /** One more where the slow lane has to take one over. */
  get #wanted(): number {
    return this.#options.wanted + (this.#standBy.size === 0 && this.#options.wantsSlow() ? 1 : 0);
  }

  #startAll(): void {
    clearTimeout(this.#replacement);
    this.#replacement = undefined;
    while (!this.#closed && this.#fast + this.#starting < this.#wanted) {
      this.#starting++;
      void this.#start();
    }
  }

  async #start(): Promise<void> {
    try {
      const thread = await SlotThread.start(this.#options.workerData, this.#options.onFault);
      for (const step of this.#warmUps) await thread.run(step);
      this.#starting--;
      if (this.#closed || this.complete) this.end(thread);
      else this.#ready.add(thread);
    } catch (error) {
      this.#options.onFault(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      this.#starting--;
    }
    if (!this.#closed) this.#options.onReady();
  }
}

/**
 * The pool's threads while they run no step.
 *
 *                      take                          run long: lowered
 *   starting --> ready -----------> busy, fast lane --------------------> busy, slow lane
 *                  ^  \ take("slow"): lowered                                |    |
 *                  |   `---------------------------------------------> ------'    | giveBack
 *                  |                                                              v
 *                  '-- if the process may raise a priority --------------- stand-by of the slow lane --> ended when idle
 *
 * The threads that are ready, busy in the fast lane or starting are together `wanted`: the workers and the spares. Some of
 * them have the usual priority, for the express lane first. The others have a reduced one: trials and the fast lane take
 * these first. So tenants that use little do not wait for a CPU behind those that use much or that nobody knows, and the
 * threads that attackers cost, with the start of others in their place, are of a lower priority, too.
 */
import { LRUCache } from "lru-cache";
import type { SlotProgram, SlotStep } from "../protocol/slot-step.ts";
import { Doorbell } from "../rings/doorbell.ts";
import { awaitEnd } from "../threads/ending.ts";
import type { Priority } from "../threads/priority.ts";
import type { SlotWorkerData } from "../worker/slot-worker.ts";
import { IdleThreads } from "./idle-threads.ts";
import type { Lane } from "./lanes.ts";
import { SlotThread } from "./slot-thread.ts";
import type { CodeOf } from "./step-channel.ts";

export interface SlotThreadsOptions {
  readonly workerData: Omit<SlotWorkerData, "priority">;
  /** Number of threads that may be busy at once in the fast lane. */
  readonly workers: number;
  /** Number of threads that should be ready beyond `workers`. */
  readonly spares: number;
  /** The most idle threads that are kept for the slow lane. */
  readonly standBy: number;
  /** Gives the compiled functions of large programs. */
  readonly codeOf: CodeOf;
  /** Receives the error of a thread that cannot start (the pool tries again), and failures that belong to no step. */
  onFault(error: unknown): void;
  /** Is called when a thread is ready. */
  onReady(): void;
  /** Number of threads that are busy in the fast lane now. */
  busyFast(): number;
  /** Whether a step that may begin in the slow lane waits. */
  wantsSlow(): boolean;
  /** Whether a step waits for a trial. */
  wantsTrial(): boolean;
}

/** Tenant images whose last thread is remembered. */
const AFFINITY_ENTRIES = 10_000;
/** Time from a failed start of a thread to the next try, ms. */
const RETRY_MS = 500;
/** Time that the replacement of a lowered thread waits while another one is ready, ms: the lowered thread may come back. */
const REPLACE_MS = 100;
/** Idle time after which a thread of the slow lane is ended, ms. */
const SLOW_IDLE_MS = 10_000;
/** Threads that the fast lane loses within this time, ms, are counted together. */
const LOSSES_MS = 10_000;
/** Number of losses from which on more spares are kept. One honest long request costs one thread. */
const MANY_LOSSES = 3;
/** Spares that are kept beyond the usual ones while many threads are lost. A new thread takes its time to start. */
const MORE_SPARES = 2;

export class SlotThreads {
  readonly #options: SlotThreadsOptions;
  /** Rings when a thread has sent something. */
  readonly #bell = new Doorbell(() => this.#collect());
  /** All threads that have started and were not ended. */
  readonly #started = new Set<SlotThread>();
  readonly #idle = new IdleThreads();
  readonly #idleTimers = new WeakMap<SlotThread, NodeJS.Timeout>();
  readonly #starting = new Set<SlotThread>();
  /** Places of threads whose start has failed. They stay taken until the next try. */
  #failed = 0;
  #replacement: NodeJS.Timeout | undefined;
  /** Number of threads that the fast lane has lost lately. */
  #losses = 0;
  /** Tenant image -> thread that ran it last. The thread has the image's delta, and perhaps a slot that holds it. */
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

  get idle(): number {
    return this.#idle.size;
  }

  /**
   * Whether a lane has a thread for a step. If there are spares, the last ready one is kept for the express lane, and
   * also for the fast lane if that lane has no other thread. While many threads are lost, two are kept from trials. If
   * threads cannot start, every lane may have the last ones.
   */
  has(lane: Lane): boolean {
    return this.#idle.has(lane, this.#keptFrom(lane), this.#losesMany);
  }

  /**
   * Takes a thread, if possible the one that ran this tenant's image last.
   *
   * @param lane a lane that has a thread (`has`)
   * @param image the image's key, or tenant and version of isolation "reuse"
   * @returns `isCold`: the thread is not the one that ran the image last
   */
  take(lane: Lane, image: string): { thread: SlotThread; isCold: boolean } {
    const thread = this.#idle.take(lane, this.#keptFrom(lane), this.#losesMany, this.#lastThread.get(image));
    clearTimeout(this.#idleTimers.get(thread));
    if (lane === "slow") thread.setPriority("low");
    return { thread, isCold: this.noteRun(thread, image) };
  }

  /** Notes that a thread runs an image. @returns whether it is not the thread that ran the image last */
  noteRun(thread: SlotThread, image: string): boolean {
    const isCold = this.#lastThread.get(image) !== thread;
    if (isCold) this.#lastThread.set(image, thread);
    return isCold;
  }

  /** Takes back a thread whose step has ended. A lowered thread stays in the slow lane if its priority cannot be raised. */
  giveBack(thread: SlotThread): void {
    if (this.#closed) return;
    const ready = thread.priority === "low" ? this.#missing : thread.priority;
    if (!this.complete && thread.setPriority(ready)) {
      this.#idle.add(thread);
    } else if (this.#idle.low < this.#options.standBy && thread.setPriority("low")) {
      this.#idle.add(thread);
      this.#idleTimers.set(thread, setTimeout(() => this.end(thread), SLOW_IDLE_MS).unref());
    } else {
      this.end(thread);
    }
  }

  /** Lowers the priority of a thread, which the fast lane loses. */
  lower(thread: SlotThread): void {
    thread.setPriority("low");
    this.#countLoss();
  }

  /** Ends a thread, even if it is busy. */
  end(thread: SlotThread): void {
    this.#starting.delete(thread);
    this.#started.delete(thread);
    this.#idle.delete(thread);
    const end = thread.end().finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }

  /** Has all threads drop what they keep of programs. */
  forget(which: (program: SlotProgram) => boolean): void {
    for (const thread of this.#started) thread.forget(which);
  }

  /** From now on, each thread that starts runs this step before any other. */
  warmWith(step: SlotStep): void {
    this.#warmUps.push(step);
  }

  /** Starts the threads that are missing. */
  replenish(): void {
    if (this.#closed || this.#fast + this.#coming >= this.#wanted) return;
    const isEnough = this.#idle.ready > (this.#options.wantsTrial() ? this.#keptFrom("trial") : 0);
    if (isEnough) this.#replacement ??= setTimeout(() => this.#startAll(), REPLACE_MS).unref();
    else this.#startAll();
  }

  /**
   * Ends the threads that start or are idle, and waits for all that are ending. The wait has a limit, because a thread
   * may never end. A thread that still starts would open the files of the data folder after the host has let go of
   * them.
   */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#replacement);
    for (const thread of [...this.#starting, ...this.#idle]) this.end(thread);
    await Promise.all([...this.#ends].map(awaitEnd));
  }

  /** Number of ready threads that a lane has to leave. */
  #keptFrom(lane: Lane): number {
    const { spares, busyFast } = this.#options;
    if (lane === "express" || spares === 0 || this.#failed > 0) return 0;
    if (lane === "fast") return busyFast() === 0 ? 0 : 1;
    return this.#losesMany ? 2 : 1;
  }

  get #losesMany(): boolean {
    return this.#options.spares > 0 && this.#losses >= MANY_LOSSES;
  }

  #countLoss(): void {
    this.#losses++;
    setTimeout(() => {
      this.#losses--;
      if (!this.#losesMany) this.#endSurplus();
    }, LOSSES_MS).unref();
  }

  #endSurplus(): void {
    const surplus = Math.min(this.#idle.ready, Math.max(0, this.#fast - this.#wanted));
    for (const thread of [...this.#idle].slice(0, surplus)) this.end(thread);
  }

  /** Number of threads of the fast lane, busy or ready. */
  get #fast(): number {
    return this.#idle.ready + this.#options.busyFast();
  }

  /** Number of threads that start or will start. */
  get #coming(): number {
    return this.#starting.size + this.#failed;
  }

  /** Number of threads that there should be: one more if the slow lane has to take one over. */
  get #wanted(): number {
    const { workers, spares } = this.#options;
    return (
      workers +
      spares +
      (this.#losesMany ? MORE_SPARES : 0) +
      (this.#idle.low === 0 && this.#options.wantsSlow() ? 1 : 0)
    );
  }

  /** The priority of the next thread that is wanted. */
  get #missing(): Priority {
    const usual = [...this.#started.union(this.#starting)].filter(({ priority }) => priority === "usual").length;
    return usual < Math.ceil(this.#options.workers / 2) ? "usual" : "reduced";
  }

  /** Takes what the threads have sent. */
  #collect(): boolean {
    let found = false;
    for (const thread of this.#started) if (thread.collect()) found = true;
    return found;
  }

  #startAll(): void {
    clearTimeout(this.#replacement);
    this.#replacement = undefined;
    while (!this.#closed && this.#fast + this.#coming < this.#wanted) void this.#start();
  }

  async #start(): Promise<void> {
    const { workerData, codeOf, onFault, onReady } = this.#options;
    let thread: SlotThread | null = null;
    try {
      thread = new SlotThread(workerData, this.#missing, this.#bell, codeOf, onFault);
      this.#starting.add(thread);
      await thread.start();
      this.#started.add(thread);
      for (const step of this.#warmUps) await thread.run(step);
      this.#starting.delete(thread);
      if (this.complete) this.end(thread);
      else this.#idle.add(thread);
    } catch (error) {
      if (thread !== null) this.end(thread);
      if (this.#closed) return;
      onFault(error);
      this.#failed++;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      this.#failed--;
    }
    if (!this.#closed) onReady();
  }
}

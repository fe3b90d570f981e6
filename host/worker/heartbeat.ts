/**
 * A table in shared memory that says which worker runs which step since when. Workers write it and the main thread's
 * watchdog reads it, without messages: a worker that spins in WebAssembly answers none.
 *
 * Row (Int32): thread id (0: free) | Linux's number of the thread (0: none) | step id (0: idle) | started, ms | budget, ms
 *
 * Time is the thread's CPU time, which the main thread reads from outside. If a thread has no number, it is wall time.
 */
import { threadId } from "node:worker_threads";
import { threadControl } from "../threads/thread-control.ts";

const THREAD = 0;
const NUMBER = 1;
const STEP = 2;
const STARTED = 3;
const BUDGET = 4;
const FIELDS = 5;

/** A clock that all threads of the process share, ms. It wraps at 2^31. (performance.now() has an origin per thread.) */
function monotonicMs(): number {
  return Number(BigInt.asUintN(31, process.hrtime.bigint() / 1_000_000n));
}

/**
 * @param number Linux's number of a thread, or 0
 * @returns its CPU time, else the time of all threads' clock, ms below 2^31
 */
function clockMs(number: number): number {
  return number === 0 ? monotonicMs() : Math.trunc(threadControl()?.cpuMs(number) ?? 0);
}

/** Negative if `from` is later: a step may begin after the watchdog has read the clock. */
function millisecondsBetween(from: number, to: number): number {
  // Bit 30 of the difference is its sign. The shifts copy it to bit 31.
  return ((to - from) << 1) >> 1;
}

export interface RunningStep {
  threadId: number;
  stepId: number;
  elapsedMs: number;
  budgetMs: number;
}

/** The main thread's side of the table. */
export class HeartbeatTable {
  readonly buffer: SharedArrayBuffer;
  readonly #rows: Int32Array;

  constructor(rows: number) {
    this.buffer = new SharedArrayBuffer(rows * FIELDS * Int32Array.BYTES_PER_ELEMENT);
    this.#rows = new Int32Array(this.buffer);
  }

  /** Finds the steps that have used up their budget. */
  overdue(): RunningStep[] {
    return this.running().filter(({ elapsedMs, budgetMs }) => elapsedMs > budgetMs);
  }

  /** All steps that run. */
  running(): RunningStep[] {
    const found: RunningStep[] = [];
    for (let row = 0; row < this.#rows.length; row += FIELDS) {
      // Heartbeat.begin writes the step's id last, so the fields beside the id belong to it.
      const stepId = Atomics.load(this.#rows, row + STEP);
      if (stepId === 0) continue;
      const now = clockMs(Atomics.load(this.#rows, row + NUMBER));
      const elapsedMs = millisecondsBetween(Atomics.load(this.#rows, row + STARTED), now);
      const budgetMs = Atomics.load(this.#rows, row + BUDGET);
      if (Atomics.load(this.#rows, row + STEP) !== stepId) continue;
      found.push({ threadId: Atomics.load(this.#rows, row + THREAD), stepId, elapsedMs, budgetMs });
    }
    return found;
  }

  /**
   * Frees the rows of workers that have ended for any reason: the watchdog, V8's limit on the heap, or an exit.
   *
   * @param threads the threads that exist; a worker that starts must be among them before it claims its row
   */
  keepOnly(threads: ReadonlySet<number>): void {
    for (let row = 0; row < this.#rows.length; row += FIELDS) {
      const thread = Atomics.load(this.#rows, row + THREAD);
      if (thread === 0 || threads.has(thread)) continue;
      Atomics.store(this.#rows, row + STEP, 0);
      Atomics.store(this.#rows, row + THREAD, 0);
    }
  }
}

/** A worker's side of the table: its own row. */
export class Heartbeat {
  readonly #rows: Int32Array;
  readonly #row: number;
  readonly #number = threadControl()?.ownNumber() ?? 0;

  /**
   * @param thread the worker's thread id, which is never 0: 0 marks a free row
   * @throws Error if the table has no free row, since the pool made it too small
   */
  constructor(buffer: SharedArrayBuffer, thread = threadId) {
    this.#rows = new Int32Array(buffer);
    for (let row = 0; row < this.#rows.length; row += FIELDS) {
      // Other workers may start at the same moment, so the row is claimed atomically.
      if (Atomics.compareExchange(this.#rows, row + THREAD, 0, thread) === 0) {
        this.#row = row;
        Atomics.store(this.#rows, row + NUMBER, this.#number);
        return;
      }
    }
    throw new Error("the heartbeat table has no free row");
  }

  /**
   * @param cpuBudgetMs CPU time that the step may take until its worker is ended
   * @param wallBudgetMs the same in wall time, for a machine where the CPU time of a thread cannot be read
   */
  begin(stepId: number, cpuBudgetMs: number, wallBudgetMs = cpuBudgetMs): void {
    const budgetMs = this.#number === 0 ? wallBudgetMs : cpuBudgetMs;
    Atomics.store(this.#rows, this.#row + STARTED, clockMs(this.#number));
    Atomics.store(this.#rows, this.#row + BUDGET, budgetMs);
    Atomics.store(this.#rows, this.#row + STEP, stepId);
  }

  end(): void {
    Atomics.store(this.#rows, this.#row + STEP, 0);
  }
}

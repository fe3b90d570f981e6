/**
 * Which worker runs which step since when: a table in shared memory, written by the workers without a message and read by
 * the main thread's watchdog. A worker that spins in WebAssembly answers no message; its row goes on telling.
 *
 * Row (Int32): thread id (0: free) | step id (0: idle) | started, ms of the process's monotonic clock | budget, ms
 */
import { threadId } from "node:worker_threads";

const THREAD = 0;
const STEP = 1;
const STARTED = 2;
const BUDGET = 3;
const FIELDS = 4;

/** Monotonic clock shared by all threads of the process (performance.now() has an origin per thread), ms, wraps at 2^31. */
function monotonicMs(): number {
  return Number(BigInt.asUintN(31, process.hrtime.bigint() / 1_000_000n));
}

/** Negative where `from` is later: a step may begin after whoever looks at it has read the clock. */
function millisecondsBetween(from: number, to: number): number {
  // Bit 30 of the difference is the sign; it takes the place of bit 31 and comes back.
  return ((to - from) << 1) >> 1;
}

export interface RunningStep {
  threadId: number;
  stepId: number;
  elapsedMs: number;
  budgetMs: number;
}

/** The main thread's side. */
export class HeartbeatTable {
  readonly buffer: SharedArrayBuffer;
  readonly #rows: Int32Array;

  constructor(rows: number) {
    this.buffer = new SharedArrayBuffer(rows * FIELDS * Int32Array.BYTES_PER_ELEMENT);
    this.#rows = new Int32Array(this.buffer);
  }

  /** Steps that have used up their wall-time budget. */
  overdue(): RunningStep[] {
    const now = monotonicMs();
    const found: RunningStep[] = [];
    for (let row = 0; row < this.#rows.length; row += FIELDS) {
      // Pairs with the store in Heartbeat.begin: the step's id is written last, so the fields beside it belong to it.
      const stepId = Atomics.load(this.#rows, row + STEP);
      if (stepId === 0) continue;
      const elapsedMs = millisecondsBetween(Atomics.load(this.#rows, row + STARTED), now);
      const budgetMs = Atomics.load(this.#rows, row + BUDGET);
      if (elapsedMs <= budgetMs || Atomics.load(this.#rows, row + STEP) !== stepId) continue;
      found.push({ threadId: Atomics.load(this.#rows, row + THREAD), stepId, elapsedMs, budgetMs });
    }
    return found;
  }

  /**
   * Frees the rows of workers that are gone, whatever ended them: the watchdog, V8's limit on their heap, or themselves.
   *
   * @param threads those that are there; a worker that starts must be among them before it claims its row
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

/** A worker's side: its own row. */
export class Heartbeat {
  readonly #rows: Int32Array;
  readonly #row: number;

  /**
   * @param thread the worker's thread id; not 0, which marks a free row
   * @throws Error where the table has no free row: the pool has made it too small
   */
  constructor(buffer: SharedArrayBuffer, thread = threadId) {
    this.#rows = new Int32Array(buffer);
    for (let row = 0; row < this.#rows.length; row += FIELDS) {
      // Claims the row against other workers that start at the same moment.
      if (Atomics.compareExchange(this.#rows, row + THREAD, 0, thread) === 0) {
        this.#row = row;
        return;
      }
    }
    throw new Error("the heartbeat table has no free row");
  }

  begin(stepId: number, budgetMs: number): void {
    Atomics.store(this.#rows, this.#row + STARTED, monotonicMs());
    Atomics.store(this.#rows, this.#row + BUDGET, budgetMs);
    Atomics.store(this.#rows, this.#row + STEP, stepId);
  }

  end(): void {
    Atomics.store(this.#rows, this.#row + STEP, 0);
  }
}

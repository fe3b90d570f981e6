import { setTimeout as sleep } from "node:timers/promises";
import type { LimitHit } from "../protocol/slot-step.ts";
import type { StaticLimits } from "../protocol/static-step.ts";
import { machineClocks } from "./clocks.ts";
import { hardBudgetMs } from "./hard-budget.ts";
import type { Heartbeat } from "./heartbeat.ts";

/** CPU time that a turn may take beyond its request's rest, ms. Only the end of its worker can interrupt a turn. */
const CPU_GRACE_MS = 20;
/** The same grace in wall time, on a machine where the CPU time of a thread cannot be read, ms. */
const WALL_GRACE_MS = 200;

/** The program met a limit while it waited. */
export class LimitReached extends Error {
  readonly limit: LimitHit;

  constructor(limit: LimitHit, message: string) {
    super(message);
    this.limit = limit;
  }
}

/**
 * The turns of one request in a worker where requests overlap. A turn lasts from the point where the program gets control
 * until the event loop turns again. The watchdog watches each turn, and between two turns the program waits. All turns
 * together may take `cpuMs` of the thread's CPU time, and the whole request `wallMs`.
 */
export class Turns {
  readonly #heartbeat: Heartbeat;
  readonly #id: number;
  readonly #limits: StaticLimits;
  readonly #deadline: number;
  #left: number;
  /** CPU time of the thread when the turn began, ms; null between two turns. */
  #began: number | null = null;

  readonly #onWait: (cpuMs: number) => void;
  /** Ends the wait; null between two waits. */
  #endWait: ((reason: Error) => void) | null = null;
  #ended: LimitReached | null = null;

  /** @param onWait is told, whenever the request begins to wait, of the CPU time that it has used so far, ms */
  constructor(heartbeat: Heartbeat, id: number, limits: StaticLimits, onWait: (cpuMs: number) => void) {
    this.#onWait = onWait;
    this.#heartbeat = heartbeat;
    this.#id = id;
    this.#limits = limits;
    this.#deadline = performance.now() + limits.wallMs;
    this.#left = limits.cpuMs;
  }

  /** CPU time that the request has used so far, ms. */
  get cpuMs(): number {
    return this.#limits.cpuMs - this.#left + this.#ofThisTurn;
  }

  /** Ends the request where it waits, or when it waits next, because there is no room for its memory. */
  end(): void {
    this.#ended = new LimitReached("memory", "the request was ended while it waited");
    this.#endWait?.(this.#ended);
  }

  begin(): void {
    this.#began = machineClocks.threadCpuMs();
    this.#heartbeat.begin(this.#id, this.#left + CPU_GRACE_MS, hardBudgetMs(this.#left, WALL_GRACE_MS));
    setImmediate(() => this.#heartbeat.end());
  }

  /** Ends the turn and begins the next one after `ms`. @throws LimitReached "cpu", "wall" */
  async wait(ms: number): Promise<void> {
    await this.waitFor((signal) => sleep(ms, undefined, { signal }));
  }

  /**
   * Ends the turn and begins the next one when the work is done.
   *
   * @param begin begins the work; its signal is aborted when the request's time is up
   * @throws LimitReached "cpu", "wall"
   */
  async waitFor<T>(begin: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#left -= this.#ofThisTurn;
    this.#began = null;
    if (this.#left <= 0) {
      throw new LimitReached("cpu", `the program used more than its ${this.#limits.cpuMs} ms of CPU time`);
    }
    if (this.#ended !== null) throw this.#ended;
    const up = new AbortController();
    const { promise, reject } = Promise.withResolvers<never>();
    const endWait = (reason: Error) => {
      reject(reason);
      up.abort(reason);
    };
    this.#endWait = endWait;
    const timer = setTimeout(
      () => endWait(new LimitReached("wall", "the request's time was up while the program waited")),
      Math.max(0, this.#deadline - performance.now()),
    );
    this.#onWait(this.cpuMs);
    try {
      const result = await Promise.race([begin(up.signal), promise]);
      this.#endWait = null;
      this.begin();
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  get #ofThisTurn(): number {
    return this.#began === null ? 0 : machineClocks.threadCpuMs() - this.#began;
  }
}

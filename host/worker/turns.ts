import { setTimeout as sleep } from "node:timers/promises";
import type { Heartbeat } from "./heartbeat.ts";
import type { LimitHit, StaticLimits } from "./protocol.ts";

/** A limit that a program met where it waited. */
export class LimitReached extends Error {
  readonly limit: LimitHit;

  constructor(limit: LimitHit, message: string) {
    super(message);
    this.limit = limit;
  }
}

/**
 * The turns of one request in a worker where requests overlap: from each point where the program gets control until the
 * event loop turns again, it is watched; between two turns it waits. Its turns together may take `hardMs`, and the whole
 * request `wallMs`.
 */
export class Turns {
  readonly #heartbeat: Heartbeat;
  readonly #id: number;
  readonly #limits: StaticLimits;
  readonly #deadline: number;
  #left: number;
  #began = 0;

  constructor(heartbeat: Heartbeat, id: number, limits: StaticLimits) {
    this.#heartbeat = heartbeat;
    this.#id = id;
    this.#limits = limits;
    this.#deadline = performance.now() + limits.wallMs;
    this.#left = limits.hardMs;
  }

  begin(): void {
    this.#began = performance.now();
    this.#heartbeat.begin(this.#id, Math.max(1, Math.ceil(this.#left)));
    setImmediate(() => this.#heartbeat.end());
  }

  /** Ends the turn, and begins the next after that many ms. @throws LimitReached "cpu", "wall" */
  async wait(ms: number): Promise<void> {
    this.#left -= performance.now() - this.#began;
    if (this.#left <= 0) {
      const { hardMs } = this.#limits;
      throw new LimitReached("cpu", `the program ran for more than ${hardMs} ms, waits left out`);
    }
    const left = this.#deadline - performance.now();
    await sleep(Math.min(ms, Math.max(0, left)));
    if (ms > left) throw new LimitReached("wall", "the request's time was up while the program waited");
    this.begin();
  }
}

/**
 * Requests whose bodies are on their way. A client sends as slowly as it likes, and one that has only announced a body
 * costs little. So such a request takes none of its tenant's places, its bytes count as they come, and it has to come at
 * a least rate. If a tenant has too many bodies, the slowest one makes room.
 */
import type { Socket } from "node:net";
import { type PlinthError, plinthError } from "../errors.ts";

export interface ArrivalLimits {
  /** The longest time that a body may take at any rate, ms. */
  readonly graceMs: number;
  /** The least average rate after the grace, bytes per second. */
  readonly bytesPerSecond: number;
}

interface Arrival {
  readonly tenant: string;
  readonly socket: Socket;
  readonly began: number;
  readonly bytesBefore: number;
  end(error: PlinthError): void;
}

/** Time between two looks at the arrivals, ms. */
const LOOK_MS = 500;
/** An arrival younger than this is never taken for a slow one, ms. */
const YOUNG_MS = 1_000;

export class ArrivingBodies implements Disposable {
  readonly #limits: ArrivalLimits;
  readonly #ofTenant = new Map<string, Set<Arrival>>();
  #look: NodeJS.Timeout | undefined;

  constructor(limits: ArrivalLimits) {
    this.#limits = limits;
  }

  /**
   * Notes that a body has begun to arrive, until the result is disposed.
   *
   * @param most the most arrivals of the tenant at once
   * @param end is called once if the body is too slow
   * @throws PlinthError PLINTH_TENANT_BUSY if there are `most` arrivals already and none of them is slow
   */
  begin(tenant: string, socket: Socket, most: number, end: (error: PlinthError) => void): Disposable {
    const others = this.#ofTenant.get(tenant) ?? new Set();
    if (others.size >= most) this.#makeRoom(others);
    const arrival = { tenant, socket, began: performance.now(), bytesBefore: socket.bytesRead, end };
    this.#ofTenant.set(tenant, others.add(arrival));
    this.#look ??= setInterval(() => this.#endSlow(), LOOK_MS).unref();
    return { [Symbol.dispose]: () => this.#forget(arrival) };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#look);
  }

  #makeRoom(arrivals: ReadonlySet<Arrival>): void {
    const now = performance.now();
    const old = [...arrivals].filter(({ began }) => now - began >= YOUNG_MS);
    if (old.length === 0) throw plinthError("PLINTH_TENANT_BUSY");
    this.#end(old.reduce((slowest, other) => (rateOf(other, now) < rateOf(slowest, now) ? other : slowest)));
  }

  #endSlow(): void {
    const { graceMs, bytesPerSecond } = this.#limits;
    const now = performance.now();
    for (const arrivals of this.#ofTenant.values()) {
      for (const arrival of arrivals) {
        const lateMs = now - arrival.began - graceMs;
        if (lateMs > 0 && bytesOf(arrival) * 1000 < lateMs * bytesPerSecond) this.#end(arrival);
      }
    }
  }

  #end(arrival: Arrival): void {
    this.#forget(arrival);
    arrival.end(plinthError("PLINTH_REQUEST_TIMEOUT"));
  }

  #forget(arrival: Arrival): void {
    const arrivals = this.#ofTenant.get(arrival.tenant);
    if (arrivals?.delete(arrival) && arrivals.size === 0) this.#ofTenant.delete(arrival.tenant);
    if (this.#ofTenant.size > 0) return;
    clearInterval(this.#look);
    this.#look = undefined;
  }
}

function bytesOf({ socket, bytesBefore }: Arrival): number {
  return socket.bytesRead - bytesBefore;
}

/** Bytes per ms. */
function rateOf(arrival: Arrival, now: number): number {
  return bytesOf(arrival) / (now - arrival.began);
}

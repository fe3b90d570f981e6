/**
 * Slows a tenant that keeps being cut, and then parks it for a time. A parked tenant's requests are refused before their
 * bodies are read and before any queue.
 *
 *   strike    1      2      3      4              5              6
 *   weight   1/2    1/4    1/8    1/16           1/16           1/16
 *                                 parked parkMs  twice as long  four times, and so on, at most an hour
 *
 * Ten minutes without a strike take one strike off. A restart of the host forgets all of them.
 */
import { LRUCache } from "lru-cache";
import { plinthError } from "../errors.ts";
import { Conduct, type ConductRule } from "./conduct.ts";

export interface ParkingOptions extends ConductRule {
  /** Whether tenants are slowed and parked at all. */
  readonly isOn: boolean;
  /** Time of the first parking, ms. */
  readonly parkMs: number;
  /** Is told when a tenant is slowed or parked. */
  onStrike(tenant: string, strike: Strike): void;
  /** ms since the epoch. Tests bring their own clock. */
  now?(): number;
}

export interface Strike {
  /** Divisor of the tenant's weight: 2, 4, 8 or 16. */
  readonly slowedBy: number;
  /** Null if the tenant is not parked yet. */
  readonly parked: Parked | null;
}

export interface Parked {
  /** ISO 8601, UTC. */
  readonly until: string;
  readonly reason: string;
}

interface State {
  readonly conduct: Conduct;
  strikes: number;
  /** Time at which the last strike came or was taken off, ms since the epoch. */
  since: number;
  /** End of the parking, ms since the epoch; 0 if the tenant is not parked. */
  until: number;
}

const TENANTS = 10_000;
/** The strike from which on a tenant is parked. */
const PARKED_FROM = 4;
const LONGEST_MS = 3_600_000;
/** Time after which one strike is taken off, ms. */
const FORGIVEN_MS = 600_000;

export class Parking {
  readonly #options: ParkingOptions;
  readonly #now: () => number;
  readonly #states = new LRUCache<string, State>({ max: TENANTS });

  constructor(options: ParkingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Lets in a request.
   *
   * @returns the divisor of the tenant's weight, 1 to 16
   * @throws PlinthError PLINTH_TENANT_PARKED
   */
  admit(tenant: string): number {
    const state = this.#states.get(tenant);
    if (state === undefined) return 1;
    const now = this.#now();
    if (now < state.until) {
      const retryAfterSeconds = Math.ceil((state.until - now) / 1000);
      throw plinthError("PLINTH_TENANT_PARKED", [], { details: { retryAfterSeconds } });
    }
    forgive(state, now);
    return slowedBy(state);
  }

  /** Notes the end of a request. @param wasCut as in `Conduct.note` */
  ended(tenant: string, cpuMs: number, wasCut: boolean): void {
    if (!this.#options.isOn) return;
    let state = this.#states.get(tenant);
    if (state === undefined) {
      state = { conduct: new Conduct(this.#options), strikes: 0, since: 0, until: 0 };
      this.#states.set(tenant, state);
    }
    const now = this.#now();
    if (!state.conduct.note(cpuMs, wasCut, now)) return;
    // Requests that were under way when the tenant was parked are no reason to park it for longer.
    if (now < state.until) return;
    forgive(state, now);
    state.strikes++;
    state.since = now;
    if (state.strikes >= PARKED_FROM) {
      const longer = 2 ** (state.strikes - PARKED_FROM);
      state.until = now + Math.min(this.#options.parkMs * longer, LONGEST_MS);
      // Time spent parked does not count as good conduct.
      state.since = state.until;
    }
    this.#options.onStrike(tenant, { slowedBy: slowedBy(state), parked: this.parked(tenant) });
  }

  /** @returns null if the tenant is not parked now */
  parked(tenant: string): Parked | null {
    const until = this.#states.peek(tenant)?.until ?? 0;
    if (this.#now() >= until) return null;
    const { lostCpuMs, sharePercent } = this.#options;
    const lost = `at least ${lostCpuMs} ms and ${sharePercent} % of its CPU time`;
    return {
      until: new Date(until).toISOString(),
      reason: `again and again the tenant lost ${lost} to requests that its limits ended`,
    };
  }

  /** Ends a parking and forgets the strikes, because the operator wants it or the tenant was deleted. */
  release(tenant: string): void {
    this.#states.delete(tenant);
  }
}

function slowedBy({ strikes }: State): number {
  return 2 ** Math.min(strikes, PARKED_FROM);
}

function forgive(state: State, now: number): void {
  const forgiven = Math.floor((now - state.since) / FORGIVEN_MS);
  if (forgiven <= 0 || state.strikes === 0) return;
  state.strikes = Math.max(0, state.strikes - forgiven);
  state.since += forgiven * FORGIVEN_MS;
}

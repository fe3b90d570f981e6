/**
 * Counts the CPU time of each tenant in virtual milliseconds. The tenant that has had the least is served next.
 *
 * A tenant's account goes forward by the CPU time of its steps, divided by its weight. The floor is the account of the
 * tenant that was served last. A tenant that comes back after a pause begins at the floor: it owes nothing for what it used
 * while nobody wanted the CPU, and what it did not use is not saved up. (Start-time fair queueing: Goyal, Vin and Cheng,
 * 1996.)
 *
 * Queues that give out different things have a clock each, with accounts and a floor of its own. Otherwise a tenant that
 * has used much in one queue would lift the floor of all queues. In the others, tenants that have used nothing would lose
 * their lead over tenants that have.
 */
import { LRUCache } from "lru-cache";

/** The most accounts of a clock. The one that was changed longest ago goes, and its tenant comes back at the floor. */
const ACCOUNTS = 10_000;

/** Weight of a tenant for which the operator has set none. */
const USUAL_WEIGHT = 100;

export class CpuShares {
  readonly #weights = new LRUCache<string, number>({ max: ACCOUNTS });
  readonly #clocks: ShareClock[] = [];

  /** Makes the accounts of queues that give out the same thing. */
  newClock(): ShareClock {
    const clock = new ShareClock(this);
    this.#clocks.push(clock);
    return clock;
  }

  /** Sets a tenant's weight for the charges that follow. Of two tenants that want all, one gets CPU time by its weight. */
  weigh(tenant: string, weight: number): void {
    if (weight !== this.weightOf(tenant)) this.#weights.set(tenant, weight);
  }

  weightOf(tenant: string): number {
    return this.#weights.get(tenant) ?? USUAL_WEIGHT;
  }

  /** Charges a tenant for CPU time that no queue gave out, such as the main thread's, on every clock that knows it. */
  charge(tenant: string, cpuMs: number): void {
    for (const clock of this.#clocks) if (clock.has(tenant)) clock.charge(tenant, cpuMs);
  }
}

export class ShareClock {
  readonly #shares: CpuShares;
  /** Virtual ms, by tenant. */
  readonly #accounts = new LRUCache<string, number>({ max: ACCOUNTS });
  #floor = 0;

  constructor(shares: CpuShares) {
    this.#shares = shares;
  }

  has(tenant: string): boolean {
    return this.#accounts.has(tenant);
  }

  /** A tenant's account, virtual ms. It is never below the floor. */
  of(tenant: string): number {
    return Math.max(this.#accounts.get(tenant) ?? 0, this.#floor);
  }

  /** Moves the floor to the account of the tenant that is served next. */
  serve(tenant: string): void {
    this.#floor = this.of(tenant);
  }

  /** @param cpuMs CPU time to add to the tenant's account, ms; negative if too much was charged before */
  charge(tenant: string, cpuMs: number): void {
    this.#accounts.set(tenant, this.of(tenant) + (cpuMs * USUAL_WEIGHT) / this.#shares.weightOf(tenant));
  }
}

/**
 * Counts the CPU time of each tenant in virtual milliseconds. The tenant that has had least is served next.
 *
 * A tenant's account goes forward by the CPU time of its steps, divided by its weight. The floor is the account of the
 * tenant that was served last. A tenant that comes back after a pause begins at the floor: it owes nothing for what it used
 * while nobody wanted the CPU, and what it did not use is not saved up. (Start-time fair queueing: Goyal, Vin and Cheng,
 * 1996.)
 */
import { LRUCache } from "lru-cache";

/** The most accounts. The one that was changed longest ago goes, and its tenant comes back at the floor. */
const ACCOUNTS = 10_000;

/** Weight of a tenant for which the operator has set none. */
const USUAL_WEIGHT = 100;

interface Account {
  /** Virtual ms. */
  used: number;
  weight: number;
}

export class CpuShares {
  readonly #accounts = new LRUCache<string, Account>({ max: ACCOUNTS });
  #floor = 0;

  /** A tenant's account, virtual ms. It is never below the floor. */
  of(tenant: string): number {
    return Math.max(this.#accounts.get(tenant)?.used ?? 0, this.#floor);
  }

  /** Moves the floor to the account of the tenant that is served next. */
  serve(tenant: string): void {
    this.#floor = this.of(tenant);
  }

  /** Sets a tenant's weight for the charges that follow. Of two tenants that want all, one gets CPU time by its weight. */
  weigh(tenant: string, weight: number): void {
    this.#account(tenant).weight = weight;
  }

  /** @param cpuMs CPU time to add to the tenant's account, ms; negative if too much was charged before */
  charge(tenant: string, cpuMs: number): void {
    const account = this.#account(tenant);
    account.used = Math.max(account.used, this.#floor) + (cpuMs * USUAL_WEIGHT) / account.weight;
  }

  #account(tenant: string): Account {
    let account = this.#accounts.get(tenant);
    if (account === undefined) {
      account = { used: 0, weight: USUAL_WEIGHT };
      this.#accounts.set(tenant, account);
    }
    return account;
  }
}

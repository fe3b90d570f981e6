/**
 * The use of each tenant since the host's start, as plain numbers. A request adds to a few of them, and readers
 * (host/metrics/) read them when they need them.
 */

export interface TenantUsage {
  /** Answers by the first digit of their status, in the places 1 to 5. */
  readonly answers: number[];
  /** Time from a request's arrival to the end of its answer, ms, summed up. */
  wallMs: number;
  cpuMs: number;
  /** Steps of requests to slim programs. */
  steps: number;
  /** Time that steps have waited for a worker, ms. */
  waitMs: number;
  /** Time that the switches of memory took, ms. */
  switchMs: number;
  /** Steps in a thread where another program had run last. */
  coldSteps: number;
  /** Reads of KV, which workers answer by themselves. */
  kvReads: number;
  /** Calls of bindings that the main thread answers, by the binding's name. */
  readonly calls: Map<string, number>;
  /** Requests that were refused or ended, by the error's code. */
  readonly errors: Map<string, number>;
}

/** Tenants with numbers of their own. All further ones share the numbers of `OTHERS`. */
const MOST_TENANTS = 500;
/** No tenant's name. */
export const OTHERS = "(others)";

export class Usage {
  readonly #most: number;
  readonly #tenants = new Map<string, TenantUsage>();

  constructor(most = MOST_TENANTS) {
    this.#most = most;
  }

  of(tenant: string): TenantUsage {
    return this.#tenants.get(tenant) ?? this.#add(tenant);
  }

  /** The tenant was deleted. */
  forget(tenant: string): void {
    this.#tenants.delete(tenant);
  }

  [Symbol.iterator](): Iterator<[tenant: string, usage: TenantUsage]> {
    return this.#tenants.entries();
  }

  #add(tenant: string): TenantUsage {
    if (this.#tenants.size >= this.#most && tenant !== OTHERS) return this.of(OTHERS);
    const usage = newUsage();
    this.#tenants.set(tenant, usage);
    return usage;
  }
}

/** Adds to a number by name. */
export function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function newUsage(): TenantUsage {
  return {
    answers: [0, 0, 0, 0, 0, 0],
    wallMs: 0,
    cpuMs: 0,
    steps: 0,
    waitMs: 0,
    switchMs: 0,
    coldSteps: 0,
    kvReads: 0,
    calls: new Map(),
    errors: new Map(),
  };
}

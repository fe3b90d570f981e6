/**
 * Chooses the lane in which a tenant's next step begins, by the length of its last steps and their CPU time together.
 *
 *           16 short steps
 *   trial ------------------> fast, or express if it has used little lately
 *     |  ^                     |
 *     |  |'---- long steps ----'
 *     |  |
 *     |  '-- short steps --.
 *     '----- a long step --+--> slow, for a probation
 *
 * A tenant that nobody knows is on trial: its steps run only while they leave a thread to tenants whose steps are known to
 * be short. A long step there puts the tenant on probation: its next step begins in the slow lane, after a second long one
 * the next two, then four, and so on, and as many short steps as that make it known again. Each short step in the slow lane
 * takes one off. A tenant whose steps all run long gets only one step in many outside of the slow lane. A long step of a
 * known tenant counts as half of its short ones, of which 64 are counted.
 */
import { LRUCache } from "lru-cache";

export type Lane = "express" | "fast" | "trial" | "slow";

const TENANTS = 10_000;
/** The most steps of one probation. */
const LONGEST = 64;
/** Short steps on trial after which a tenant is known to be short. */
const KNOWN_AFTER = 16;
/** Short steps outside of the slow lane after which earlier long ones are forgotten. More are not counted. */
const FORGOTTEN_AFTER = 64;
/** CPU time that a known tenant may have used lately for its next step to go by the express lane, ms. */
const LITTLE_MS = 50;
/** Time in which the CPU time that a tenant has used counts half as much, ms. With `LITTLE_MS`: 3.5 % of a processor. */
const HALF_LIFE_MS = 1_000;

/** Time of a confinement, ms. */
const CONFINED_MS = 600_000;

interface Record {
  /** Length of the next probation, steps. */
  next: number;
  /** Steps that are left of this probation. */
  left: number;
  /** Short steps since the probation ended, as far as they are counted. */
  short: number;
  /** CPU time that the tenant has used lately, ms, as of `at`. */
  usedMs: number;
  /** Time of `usedMs`, by `performance.now`. */
  at: number;
}

export class LongRunners {
  readonly #records = new LRUCache<string, Record>({ max: TENANTS });
  readonly #confined = new LRUCache<string, true>({ max: TENANTS, ttl: CONFINED_MS });

  /** The lane of the tenant's next step. */
  laneOf(tenant: string): Lane {
    if (this.#confined.has(tenant)) return "slow";
    const record = this.#records.get(tenant);
    if (record === undefined) return "trial";
    if (record.left > 0) return "slow";
    if (!isKnown(record)) return "trial";
    return usedLately(record, performance.now()) < LITTLE_MS ? "express" : "fast";
  }

  /** All steps of the tenant begin in the slow lane for ten minutes, however short they are. */
  confine(tenant: string): void {
    this.#confined.set(tenant, true);
  }

  /** @param cpuMs CPU time of the step up to now, ms */
  ranLong(tenant: string, cpuMs: number): void {
    const record = this.#use(tenant, cpuMs);
    if (isKnown(record)) record.short >>= 1;
    else Object.assign(record, { left: record.next, next: Math.min(LONGEST, record.next * 2), short: 0 });
  }

  ranShort(tenant: string, cpuMs: number): void {
    const record = this.#use(tenant, cpuMs);
    if (record.left > 0) record.left--;
    else if (record.short < FORGOTTEN_AFTER && ++record.short === FORGOTTEN_AFTER) record.next = 1;
  }

  #use(tenant: string, cpuMs: number): Record {
    let record = this.#records.get(tenant);
    if (record === undefined) {
      record = { next: 1, left: 0, short: 0, usedMs: 0, at: 0 };
      this.#records.set(tenant, record);
    }
    const now = performance.now();
    record.usedMs = usedLately(record, now) + cpuMs;
    record.at = now;
    return record;
  }
}

function usedLately({ usedMs, at }: Record, now: number): number {
  return usedMs * 0.5 ** ((now - at) / HALF_LIFE_MS);
}

function isKnown({ short, next }: Record): boolean {
  return short >= Math.max(KNOWN_AFTER, next);
}

/**
 * The tenants whose steps begin in the slow lane, because their last steps ran long.
 *
 * A step that runs long puts its tenant on probation: its next step begins in the slow lane. After a second long step, the
 * next two begin there, then four, and so on. Each short step there takes one off. One long request among many short ones
 * costs its tenant almost nothing. A tenant whose steps all run long gets only one step in many in the fast lane.
 */
import { LRUCache } from "lru-cache";

const TENANTS = 10_000;
/** The most steps of one probation. */
const LONGEST = 64;
/** Short steps in the fast lane after which earlier long ones are forgotten. */
const FORGOTTEN_AFTER = 64;

/** Time of a confinement, ms. */
const CONFINED_MS = 600_000;

interface Record {
  /** Length of the next probation, steps. */
  next: number;
  /** Steps that are left of this probation. */
  left: number;
  /** Short steps since the probation ended. */
  short: number;
}

export class LongRunners {
  readonly #records = new LRUCache<string, Record>({ max: TENANTS });
  readonly #confined = new LRUCache<string, true>({ max: TENANTS, ttl: CONFINED_MS });

  /** Whether the tenant's next step begins in the slow lane. */
  has(tenant: string): boolean {
    return (this.#records.get(tenant)?.left ?? 0) > 0 || this.#confined.has(tenant);
  }

  /** All steps of the tenant begin in the slow lane for ten minutes, however short they are. */
  confine(tenant: string): void {
    this.#confined.set(tenant, true);
  }

  ranLong(tenant: string): void {
    const next = this.#records.get(tenant)?.next ?? 1;
    this.#records.set(tenant, { next: Math.min(LONGEST, next * 2), left: next, short: 0 });
  }

  ranShort(tenant: string): void {
    const record = this.#records.get(tenant);
    if (record === undefined) return;
    if (record.left > 0) record.left--;
    else if (++record.short >= FORGOTTEN_AFTER) this.#records.delete(tenant);
  }
}

/**
 * Which tenants' steps begin in the slow lane, because the last ones ran long.
 *
 * A step that runs long puts its tenant on probation: its next step begins in the slow lane, after a second long one the
 * next two, then four, and so on. Each short step there takes one off. One long request among many short ones costs its
 * tenant next to nothing; a tenant all of whose steps run long is out of the fast lane but for one step in many.
 */
import { LRUCache } from "lru-cache";

const TENANTS = 10_000;
/** Steps on probation at most. */
const LONGEST = 64;
/** Short steps in the fast lane after which earlier long ones are forgotten. */
const FORGOTTEN_AFTER = 64;

interface Record {
  /** Steps that the probation after the next long one takes. */
  next: number;
  /** Steps of this probation that are left. */
  left: number;
  /** Short steps since the probation ended. */
  short: number;
}

export class LongRunners {
  readonly #records = new LRUCache<string, Record>({ max: TENANTS });

  /** Whether the tenant's next step begins in the slow lane. */
  has(tenant: string): boolean {
    return (this.#records.get(tenant)?.left ?? 0) > 0;
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

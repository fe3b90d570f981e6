/**
 * A queue that serves tenants in turn: a tenant with a thousand items waiting delays another tenant's one item by one item,
 * not by a thousand. How many may wait is for its owner to bound.
 *
 *   order:   [ a, b, c ]            next() takes from a, then a goes to the end
 *   waiting:   a: 1 2 3 ...  b: 1   c: 1 2
 */
export class FairQueue<T> {
  /** Insertion order of this map is the order of turns. */
  readonly #waiting = new Map<string, Set<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(tenant: string, item: T): void {
    let own = this.#waiting.get(tenant);
    if (own === undefined) {
      own = new Set();
      this.#waiting.set(tenant, own);
    }
    own.add(item);
    this.#size++;
  }

  /** The next tenant's oldest item. */
  next(): T | undefined {
    for (const [tenant, own] of this.#waiting) {
      const [item] = own;
      if (item === undefined) throw new Error("a tenant without items has a turn");
      own.delete(item);
      this.#size--;
      this.#waiting.delete(tenant);
      if (own.size > 0) this.#waiting.set(tenant, own);
      return item;
    }
    return undefined;
  }

  /** Takes an item out that need not be served any more. @returns whether it was still waiting */
  remove(tenant: string, item: T): boolean {
    const own = this.#waiting.get(tenant);
    if (!own?.delete(item)) return false;
    this.#size--;
    if (own.size === 0) this.#waiting.delete(tenant);
    return true;
  }
}

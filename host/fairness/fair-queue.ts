/**
 * A queue that serves tenants in turn. A tenant with a thousand waiting items delays another tenant's one item by one item,
 * not by a thousand. The queue's owner bounds how many items may wait.
 *
 *   order:   [ a, b, c ]            next() takes an item of a, and a goes to the end
 *   waiting:   a: 1 2 3 ...  b: 1   c: 1 2
 */
export class FairQueue<T> {
  /** The insertion order of this map is the order of turns. */
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

  /** Takes the oldest item of the tenant whose turn it is. */
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

  /** Takes out an item that nobody needs any more. @returns whether the item was still waiting */
  remove(tenant: string, item: T): boolean {
    const own = this.#waiting.get(tenant);
    if (!own?.delete(item)) return false;
    this.#size--;
    if (own.size === 0) this.#waiting.delete(tenant);
    return true;
  }
}

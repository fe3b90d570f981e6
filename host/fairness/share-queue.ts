/**
 * A queue that serves the oldest item of the tenant that has had the least CPU time. The queue's owner bounds how many
 * items may wait.
 *
 * A binary heap holds the tenants with items, in the order of their accounts at the time when they were put there. Accounts
 * go forward meanwhile, so the first tenant of the heap may be out of date. It is then put back at its present place, until
 * the first one is right.
 */
import type { ShareClock } from "./cpu-shares.ts";

interface Party<T> {
  readonly tenant: string;
  readonly items: Set<T>;
  /** The account, virtual ms, when the party was put into the heap. */
  key: number;
  /** Number of the party's arrival. Among equal accounts the earliest comes first. */
  since: number;
}

function isBefore<T>(a: Party<T>, b: Party<T>): boolean {
  return a.key < b.key || (a.key === b.key && a.since < b.since);
}

export class ShareQueue<T> {
  readonly #clock: ShareClock;
  readonly #parties = new Map<string, Party<T>>();
  readonly #heap: Party<T>[] = [];
  #size = 0;
  #turns = 0;

  /** @param clock the tenants' accounts, which the owner charges */
  constructor(clock: ShareClock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#size;
  }

  /** The account of the tenant that comes next, virtual ms; infinite if the queue is empty. */
  get nextAccount(): number {
    const party = this.#first();
    if (party === undefined) return Number.POSITIVE_INFINITY;
    this.#insert(party);
    return party.key;
  }

  push(tenant: string, item: T): void {
    let party = this.#parties.get(tenant);
    if (party === undefined) {
      party = { tenant, items: new Set(), key: 0, since: this.#turns++ };
      this.#parties.set(tenant, party);
      this.#insert(party);
    }
    party.items.add(item);
    this.#size++;
  }

  /**
   * Takes out the next item.
   *
   * @param mayRun says whether a tenant may be served now
   * @param take says whether the item is taken; if it is not, it keeps its place, and no other one is looked for
   */
  next(mayRun: (tenant: string) => boolean = () => true, take: (item: T) => boolean = () => true): T | undefined {
    const passedOver: Party<T>[] = [];
    let found: T | undefined;
    for (let party = this.#first(); party !== undefined; party = this.#first()) {
      if (!mayRun(party.tenant)) {
        passedOver.push(party);
        continue;
      }
      const [first] = party.items;
      if (!take(first!)) {
        passedOver.push(party);
        break;
      }
      found = first;
      this.#clock.serve(party.tenant);
      this.#drop(party, found!);
      party.since = this.#turns++;
      if (party.items.size > 0) this.#insert(party);
      break;
    }
    for (const party of passedOver) this.#insert(party);
    return found;
  }

  /** Lets an item that `next` has taken out wait again, before its tenant's others. */
  putBack(tenant: string, item: T): void {
    const later = this.takeAll(tenant);
    for (const each of [item, ...later]) this.push(tenant, each);
  }

  /** Takes out an item that nobody needs any more. @returns whether the item was still waiting */
  remove(tenant: string, item: T): boolean {
    const party = this.#parties.get(tenant);
    if (!party?.items.has(item)) return false;
    // The party's place in the heap stays. #first drops a party without items.
    this.#drop(party, item);
    return true;
  }

  /** Takes out all items of a tenant, oldest first. */
  takeAll(tenant: string): T[] {
    const items = [...(this.#parties.get(tenant)?.items ?? [])];
    for (const item of items) this.remove(tenant, item);
    return items;
  }

  #drop(party: Party<T>, item: T): void {
    party.items.delete(item);
    this.#size--;
    if (party.items.size === 0) this.#parties.delete(party.tenant);
  }

  /** Takes out of the heap the party with items that has had the least CPU time. */
  #first(): Party<T> | undefined {
    for (let party = this.#shift(); party !== undefined; party = this.#shift()) {
      if (party.items.size === 0) continue;
      party.key = this.#clock.of(party.tenant);
      const next = this.#heap[0];
      if (next === undefined || isBefore(party, next)) return party;
      this.#insert(party);
    }
    return undefined;
  }

  #insert(party: Party<T>): void {
    party.key = this.#clock.of(party.tenant);
    const heap = this.#heap;
    let at = heap.push(party) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, party)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = party;
  }

  #shift(): Party<T> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

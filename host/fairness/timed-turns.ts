/**
 * Lets one holder in at a time, and next the party that has been inside for the least time lately. A party that takes
 * seconds again and again waits for parties that take a moment, even if there are many such parties.
 *
 * The time that a party has used fades: half of it is forgotten in ten minutes. A party that comes for the first time has
 * used none.
 */
import { LRUCache } from "lru-cache";

const HALF_LIFE_MS = 600_000;
/** Parties that are remembered. The one that was inside longest ago is forgotten. */
const PARTIES = 10_000;

interface Used {
  readonly ms: number;
  /** Time at which the use was that much, ms. */
  readonly at: number;
}

export class TimedTurns {
  readonly #now: () => number;
  readonly #used = new LRUCache<string, Used>({ max: PARTIES });
  /** Parties of equal use come in by the order of this map. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #isBusy = false;

  /** @param now a clock, ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Waits for the party's turn. Disposing the result ends the turn, and the party is charged for its time. */
  async enter(party: string): Promise<Disposable> {
    if (this.#isBusy) await new Promise<void>((resolve) => this.#wait(party, resolve));
    this.#isBusy = true;
    const began = this.#now();
    return { [Symbol.dispose]: () => this.#leave(party, began) };
  }

  #wait(party: string, enter: () => void): void {
    const own = this.#waiting.get(party);
    if (own === undefined) this.#waiting.set(party, [enter]);
    else own.push(enter);
  }

  #leave(party: string, began: number): void {
    const now = this.#now();
    this.#used.set(party, { ms: this.#usedBy(party, now) + now - began, at: now });
    const next = this.#next(now);
    // The next holder gets the place at once, so that nobody comes in between.
    if (next === undefined) this.#isBusy = false;
    else next();
  }

  #next(now: number): (() => void) | undefined {
    let least: { party: string; ms: number } | undefined;
    for (const party of this.#waiting.keys()) {
      const ms = this.#usedBy(party, now);
      if (least === undefined || ms < least.ms) least = { party, ms };
    }
    if (least === undefined) return undefined;
    const own = this.#waiting.get(least.party)!;
    const enter = own.shift();
    this.#waiting.delete(least.party);
    if (own.length > 0) this.#waiting.set(least.party, own);
    return enter;
  }

  #usedBy(party: string, now: number): number {
    const used = this.#used.get(party);
    return used === undefined ? 0 : used.ms * 2 ** ((used.at - now) / HALF_LIFE_MS);
  }
}

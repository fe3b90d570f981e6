/**
 * Finds tenants whose requests keep being cut. The measure is the CPU time of cut requests, as a share of all CPU time
 * that the tenant has used lately: a request that a limit has ended was work for nothing.
 *
 * One bad request among good ones is never a strike, even an expensive one, because a strike needs several cut requests and
 * most of the CPU time. After a strike the account begins anew.
 */
export interface ConductRule {
  /** CPU time lost to cut requests from which on they are a strike, ms. */
  readonly lostCpuMs: number;
  /** Percentage of the tenant's CPU time that must be lost. */
  readonly sharePercent: number;
}

/** The fewest cut requests of a strike: five that come soon after each other, for each counts less with time. */
const FEWEST_CUTS = 4.5;
/** Half-life of the counts, ms. */
const HALF_LIFE_MS = 60_000;

export class Conduct {
  readonly #rule: ConductRule;
  #allMs = 0;
  #lostMs = 0;
  #cuts = 0;
  #at = 0;

  constructor(rule: ConductRule) {
    this.#rule = rule;
  }

  /**
   * Notes a request that has ended.
   *
   * @param cpuMs the CPU time that it has used
   * @param wasCut whether a limit has ended it, or it has lost its worker by its own fault
   * @param now ms, of a clock that does not go back
   * @returns whether this is a strike
   */
  note(cpuMs: number, wasCut: boolean, now: number): boolean {
    this.#fade(now);
    this.#allMs += cpuMs;
    if (!wasCut) return false;
    this.#lostMs += cpuMs;
    this.#cuts++;
    const { lostCpuMs, sharePercent } = this.#rule;
    const isStrike =
      this.#cuts >= FEWEST_CUTS && this.#lostMs >= lostCpuMs && this.#lostMs * 100 >= this.#allMs * sharePercent;
    if (isStrike) this.#allMs = this.#lostMs = this.#cuts = 0;
    return isStrike;
  }

  #fade(now: number): void {
    const left = 0.5 ** ((now - this.#at) / HALF_LIFE_MS);
    this.#at = now;
    this.#allMs *= left;
    this.#lostMs *= left;
    this.#cuts *= left;
  }
}

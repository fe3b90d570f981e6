/** The times of a cron expression, in UTC. */
import { Cron } from "croner";

/**
 * The most times that are counted in one go. A host that was off for months need not know how often a cron of each
 * minute was missed. Each time takes some 70 us, for every cron of every tenant when the host starts.
 */
export const MOST_COUNTED = 100;

export class Occurrences {
  readonly #cron: Cron;

  /** @throws Error if the text is no cron expression; the check of the manifest refuses it before */
  constructor(expression: string) {
    this.#cron = new Cron(expression, { timezone: "UTC", paused: true });
  }

  /** The first time after a moment, ms since the epoch; null if no time follows. */
  after(time: number): number | null {
    return this.#cron.nextRun(new Date(time))?.getTime() ?? null;
  }

  /**
   * Counts the times after `from` and up to `to`, at most `MOST_COUNTED`.
   * @returns the number, and the last time counted
   */
  within(from: number, to: number): { count: number; last: number | null } {
    let count = 0;
    let last: number | null = null;
    for (let time = this.after(from); time !== null && time <= to && count < MOST_COUNTED; time = this.after(time)) {
      count++;
      last = time;
    }
    return { count, last };
  }
}

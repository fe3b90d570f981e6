/** The times of a cron expression, in UTC. */
import { Cron } from "croner";

/**
 * Times counted in one go; a host that was off for months need not know how often a minute's cron was missed. Each takes some 70 us,
 * for every cron of every tenant when the host starts.
 */
export const MOST_COUNTED = 100;

export class Occurrences {
  readonly #cron: Cron;

  /** @throws Error where the expression is none; the manifest's check has refused it before */
  constructor(expression: string) {
    this.#cron = new Cron(expression, { timezone: "UTC", paused: true });
  }

  /** The first one after a time, ms since the epoch; null where there is none any more. */
  after(time: number): number | null {
    return this.#cron.nextRun(new Date(time))?.getTime() ?? null;
  }

  /** How many there are after `from` and up to `to`, `MOST_COUNTED` at most, and the last one counted. */
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

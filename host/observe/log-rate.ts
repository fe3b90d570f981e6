/** Limits how much a tenant may log: an account of lines and one of bytes, which fill up again with time. */

export interface LogRate {
  readonly linesPerSecond: number;
  readonly bytesPerSecond: number;
}

/** The accounts hold this many seconds' worth, which a tenant that has been silent may log at once. */
const BURST_SECONDS = 10;

export class LogAllowance {
  readonly #rate: LogRate;
  #lines: number;
  #bytes: number;
  /** When the accounts were last filled, ms of a clock that does not go back. */
  #filledAt: number;

  /** @param now ms of the same clock as `take`'s */
  constructor(rate: LogRate, now: number) {
    this.#rate = rate;
    this.#lines = rate.linesPerSecond * BURST_SECONDS;
    this.#bytes = rate.bytesPerSecond * BURST_SECONDS;
    this.#filledAt = now;
  }

  /** @returns whether there is room for the line; then it is taken off the accounts */
  take(bytes: number, now: number): boolean {
    const { linesPerSecond, bytesPerSecond } = this.#rate;
    const seconds = (now - this.#filledAt) / 1000;
    this.#filledAt = now;
    this.#lines = Math.min(this.#lines + seconds * linesPerSecond, linesPerSecond * BURST_SECONDS);
    this.#bytes = Math.min(this.#bytes + seconds * bytesPerSecond, bytesPerSecond * BURST_SECONDS);
    if (this.#lines < 1 || this.#bytes < bytes) return false;
    this.#lines--;
    this.#bytes -= bytes;
    return true;
  }
}

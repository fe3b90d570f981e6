import { FairQueue } from "./fair-queue.ts";

/** Lets a limited number of holders in at once. The parties that wait get places in turn. */
export class Gate {
  readonly #waiting = new FairQueue<() => void>();
  #inside = 0;

  /**
   * Waits for a place. Disposing the result frees the place.
   *
   * @param limit the most holders inside
   * @param party the party whose turn a place uses up. Parties take turns, however many callers wait for each
   * @throws the signal's reason if it is aborted before there is a place
   */
  async enter(limit: number, party: string, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    if (this.#inside < limit && this.#waiting.size === 0) this.#inside++;
    else await this.#turn(party, signal);
    return { [Symbol.dispose]: () => this.#leave() };
  }

  #turn(party: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.remove(party, enter);
        reject(signal.reason);
      };
      this.#waiting.push(party, enter);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** Gives the place to the next caller, or frees it. */
  #leave(): void {
    const next = this.#waiting.next();
    if (next === undefined) this.#inside--;
    else next();
  }
}

import { FairQueue } from "./fair-queue.ts";

/** Lets a limited number in at once; those who wait come in by turns. */
export class Gate {
  readonly #waiting = new FairQueue<() => void>();
  #inside = 0;

  /**
   * Waits for a place, which is free again when what it gives is disposed.
   *
   * @param limit how many may be inside
   * @param party whose turn it is: parties come in one after the other, however many wait for each
   * @throws the signal's reason, where it is aborted before there is a place
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

  /** The place goes to the next one, or is free. */
  #leave(): void {
    const next = this.#waiting.next();
    if (next === undefined) this.#inside--;
    else next();
  }
}

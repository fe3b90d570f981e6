/** The operations that one suspended request waits for. They end on the main thread, while no worker knows of the request. */

/** setTimeout's longest delay, ms; longer timers run out of the request's wall time anyway. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Operations {
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #ended: number[] = [];
  #wake: (() => void) | undefined;

  /** Operations that have not ended, or whose end has not been taken. */
  get outstanding(): number {
    return this.#timers.size + this.#ended.length;
  }

  startTimer(operation: number, ms: number): void {
    this.#timers.set(
      operation,
      setTimeout(() => this.#end(operation), Math.min(ms, LONGEST_TIMER_MS)),
    );
  }

  cancel(operation: number): void {
    clearTimeout(this.#timers.get(operation));
    this.#timers.delete(operation);
    this.#ended = this.#ended.filter((ended) => ended !== operation);
  }

  /** Waits until at least one operation has ended, and takes all that have. */
  async next(): Promise<number[]> {
    if (this.#ended.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#ended = [];
    this.#wake = undefined;
  }

  #end(operation: number): void {
    this.#timers.delete(operation);
    this.#ended.push(operation);
    this.#wake?.();
    this.#wake = undefined;
  }
}

/**
 * The operations that one suspended request waits for. They end on the main thread, while no worker knows of the request.
 */

/** The longest delay of setTimeout, ms. Longer timers exceed the request's wall time anyway. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The end of an operation. A call has a reply, a timer has none. */
export interface EndedOperation {
  readonly operation: number;
  readonly reply?: Uint8Array;
}

export class Operations {
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #calls = new Map<number, { abort: AbortController; bytes: number }>();
  #ended: EndedOperation[] = [];
  #wake: (() => void) | undefined;

  /** Number of operations that have not ended or whose end has not been taken. */
  get outstanding(): number {
    return this.#timers.size + this.#calls.size + this.#ended.length;
  }

  /** Bytes of the frames of the calls under way. */
  get bytes(): number {
    return this.#calls.values().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * @param bytes the bytes that the call holds
   * @param begin makes the call; its signal is aborted if nobody waits any more. The promise must never be rejected
   */
  startCall(operation: number, bytes: number, begin: (signal: AbortSignal) => Promise<Uint8Array>): void {
    const abort = new AbortController();
    this.#calls.set(operation, { abort, bytes });
    void begin(abort.signal).then((reply) => {
      if (this.#calls.delete(operation)) this.#end({ operation, reply });
    });
  }

  startTimer(operation: number, ms: number): void {
    this.#timers.set(
      operation,
      setTimeout(
        () => {
          this.#timers.delete(operation);
          this.#end({ operation });
        },
        Math.min(ms, LONGEST_TIMER_MS),
      ),
    );
  }

  cancel(operation: number): void {
    clearTimeout(this.#timers.get(operation));
    this.#timers.delete(operation);
    this.#calls.get(operation)?.abort.abort();
    this.#calls.delete(operation);
    this.#ended = this.#ended.filter((ended) => ended.operation !== operation);
  }

  /** Waits until at least one operation has ended, and takes all ends. */
  async next(): Promise<EndedOperation[]> {
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
    for (const { abort } of this.#calls.values()) abort.abort();
    this.#calls.clear();
    this.#ended = [];
    this.#wake = undefined;
  }

  #end(ended: EndedOperation): void {
    this.#ended.push(ended);
    this.#wake?.();
    this.#wake = undefined;
  }
}

/**
 * How many workers wake one thread that must not sleep in `Atomics.wait`. There is one bell for all, so one wake-up is
 * enough for any number of rings.
 *
 *            expect                  nothing found
 *   SILENT ---------> LOOKING ---------------------------> SILENT, and a wait for the bell stands
 *     ^                 | ^ found something: again,          |
 *     |                 '-' in the next turn of the loop     | the bell rings
 *     '------------------------ LOOKING <--------------------'
 *
 * While there is something in each turn of the event loop, no worker's ring costs a wake-up: nobody waits for the bell.
 * A ring is not lost: the bell's count is read before the rings are, and the wait ends at once if it has changed since.
 */

/** A worker's end. */
export class BellPush {
  readonly #count: Int32Array<SharedArrayBuffer>;

  constructor(buffer: SharedArrayBuffer) {
    this.#count = new Int32Array(buffer);
  }

  ring(): void {
    Atomics.add(this.#count, 0, 1);
    Atomics.notify(this.#count, 0);
  }
}

export class Doorbell {
  readonly buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #count = new Int32Array(this.buffer);
  readonly #look: () => boolean;
  #looking = false;
  /** Whether a wait for the bell stands. */
  #waiting = false;

  /** @param look looks into the rings; says whether there was anything */
  constructor(look: () => boolean) {
    this.#look = look;
  }

  /** Begins to look, because something has been given to a worker, so something may come back. */
  expect(): void {
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    const count = Atomics.load(this.#count, 0);
    if (this.#look()) {
      setImmediate(this.#turn);
      return;
    }
    this.#looking = false;
    // The next ring also wakes an older wait, whose count is another one.
    if (this.#waiting) return;
    const { async, value } = Atomics.waitAsync(this.#count, 0, count);
    if (!async) {
      this.expect();
      return;
    }
    this.#waiting = true;
    void value.then(() => {
      this.#waiting = false;
      if (this.#looking) return;
      this.#looking = true;
      this.#turn();
    });
  };
}

/** Counts threads, each of them once, and keeps none of them alive. */
export class LostThreads {
  readonly #known = new WeakSet<object>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(thread: object): void {
    if (this.#known.has(thread)) return;
    this.#known.add(thread);
    this.#size++;
  }
}

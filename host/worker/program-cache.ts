/** Compiled programs by key, the latest used; one that fails to load is loaded again the next time. */
export class ProgramCache<Program> {
  readonly #most: number;
  readonly #programs = new Map<string, Promise<Program>>();

  /** @param most programs kept */
  constructor(most: number) {
    this.#most = most;
  }

  take(key: string, load: () => Promise<Program>): Promise<Program> {
    const known = this.#programs.get(key);
    if (known !== undefined) {
      // Inserted again: the map's order is the order of use.
      this.#programs.delete(key);
      this.#programs.set(key, known);
      return known;
    }
    const loading = load();
    this.#programs.set(key, loading);
    loading.catch(() => this.#programs.delete(key));
    if (this.#programs.size > this.#most) {
      const [oldest] = this.#programs.keys();
      if (oldest !== undefined) this.#programs.delete(oldest);
    }
    return loading;
  }
}

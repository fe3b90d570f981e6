import { LRUCache } from "lru-cache";

/** Keeps the programs that were used last. A program that fails to load is loaded again the next time. */
export class ProgramCache<Program> {
  readonly #programs: LRUCache<string, Promise<Program>>;

  /** @param most the most programs that are kept */
  constructor(most: number) {
    this.#programs = new LRUCache({ max: most });
  }

  take(key: string, load: () => Promise<Program>): Promise<Program> {
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const loading = load();
    this.#programs.set(key, loading);
    loading.catch(() => this.#programs.delete(key));
    return loading;
  }
}

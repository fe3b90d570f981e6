import { LRUCache } from "lru-cache";

/** Compiled programs by key, the latest used; one that fails to load is loaded again the next time. */
export class ProgramCache<Program> {
  readonly #programs: LRUCache<string, Promise<Program>>;

  /** @param most programs kept */
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

/** The `env` of plinth.jsonc. */
export interface Env {
  readonly PAGES: Pages;
  readonly TITLE: string;
}

export interface Pages {
  getWithMetadata(key: string, type: "arrayBuffer"): Promise<Entry<ArrayBuffer>>;
  getWithMetadata(keys: readonly string[]): Promise<Map<string, Entry<string>>>;
  list(options?: { cursor?: string }): Promise<{ keys: readonly { name: string }[]; cursor?: string }>;
}

interface Entry<T> {
  readonly value: T | null;
  readonly metadata: unknown;
  /** A number that grows with every write. */
  readonly revision: number | null;
}

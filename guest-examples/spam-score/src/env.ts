/** What plinth.jsonc has in `env`, and the secret. */
export interface Env {
  readonly MODEL: ModelStore;
  readonly THRESHOLD: number;
  readonly TRAINER?: string;
}

export interface ModelStore {
  getWithMetadata(key: string, type: "json"): Promise<{ value: unknown; revision: number | null }>;
  /** Fails with the code PLINTH_KV_CONFLICT where the value has another revision (0: where there is one). */
  put(key: string, value: string, options: { ifRevision: number }): Promise<unknown>;
}

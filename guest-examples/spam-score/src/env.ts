/** The `env` of plinth.jsonc, and the secret. */
export interface Env {
  readonly MODEL: ModelStore;
  readonly THRESHOLD: number;
  readonly TRAINER?: string;
}

export interface ModelStore {
  getWithMetadata(key: string, type: "json"): Promise<{ value: unknown; revision: number | null }>;
  /** Fails with the code PLINTH_KV_CONFLICT if the value has another revision (for 0: if the value exists). */
  put(key: string, value: string, options: { ifRevision: number }): Promise<unknown>;
}

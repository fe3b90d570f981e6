/** The `env` of plinth.jsonc. */
export interface Env {
  readonly LISTS: Lists;
}

export interface Lists {
  getWithMetadata(key: string, type: "json"): Promise<{ value: unknown; revision: number | null }>;
  /** Fails with the code PLINTH_KV_CONFLICT if the value has another revision (for 0: if the value exists). */
  put(key: string, value: string, options: { ifRevision: number }): Promise<{ revision: number }>;
}

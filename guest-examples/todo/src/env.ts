/** What plinth.jsonc has in `env`. */
export interface Env {
  readonly LISTS: Lists;
}

export interface Lists {
  getWithMetadata(key: string, type: "json"): Promise<{ value: unknown; revision: number | null }>;
  /** Fails with the code PLINTH_KV_CONFLICT where the value has another revision (0: where there is one). */
  put(key: string, value: string, options: { ifRevision: number }): Promise<{ revision: number }>;
}

/** The `env` of plinth.jsonc. */
export interface Env {
  readonly CATALOGUE: {
    get(key: string, type: "json"): Promise<unknown>;
    get(keys: readonly string[], type: "json"): Promise<Map<string, unknown>>;
    list(options: { prefix: string; limit: number }): Promise<{ keys: readonly { name: string }[] }>;
  };
  readonly CURRENCY: string;
}

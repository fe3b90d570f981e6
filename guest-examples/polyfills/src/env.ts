/** The `env` of plinth.jsonc. */
export interface Env {
  readonly POLYFILLS: {
    getWithMetadata(keys: readonly string[]): Promise<Map<string, { value: string | null; revision: number | null }>>;
  };
}

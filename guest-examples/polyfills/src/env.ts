/** What plinth.jsonc has in `env`. */
export interface Env {
  readonly POLYFILLS: {
    getWithMetadata(keys: readonly string[]): Promise<Map<string, { value: string | null; revision: number | null }>>;
  };
}

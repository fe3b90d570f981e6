/** The `env` of plinth.jsonc, which Hono gives as `c.env`, and the secret. */
export interface Env {
  readonly NOTES: {
    get(key: string): Promise<string | null>;
    put(key: string, value: string, options?: { expirationTtl?: number; metadata?: unknown }): Promise<unknown>;
    delete(key: string): Promise<void>;
    list(options: { prefix?: string; limit?: number; cursor?: string }): Promise<{
      keys: readonly { name: string; metadata?: unknown }[];
      cursor?: string;
    }>;
  };
  readonly TOKEN: string;
}

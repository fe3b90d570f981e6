/** The members of `env` that plinth.jsonc names. */
interface Env {
  readonly PAGES: {
    get(key: string): Promise<string | null>;
    list(options?: { prefix?: string }): Promise<{ keys: readonly { name: string }[] }>;
  };
  readonly TITLE: string;
}

/** What plinth.jsonc says is in `env`. */
interface Env {
  readonly PAGES: {
    get(key: string): Promise<string | null>;
    list(options?: { prefix?: string }): Promise<{ keys: readonly { name: string }[] }>;
  };
  readonly TITLE: string;
}

import type { Rule } from "./rules.ts";

/** What plinth.jsonc has in `env`. */
export interface Env {
  readonly PATHS: {
    getWithMetadata(key: string, type: "text"): Promise<{ value: string | null; metadata: unknown }>;
  };
  readonly RULES: readonly Rule[];
}

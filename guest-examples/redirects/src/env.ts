import type { Rule } from "./rules.ts";

/** The `env` of plinth.jsonc. */
export interface Env {
  readonly PATHS: {
    getWithMetadata(key: string, type: "text"): Promise<{ value: string | null; metadata: unknown }>;
  };
  readonly RULES: readonly Rule[];
}

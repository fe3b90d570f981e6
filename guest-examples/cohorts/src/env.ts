import type { Experiment } from "./experiment.ts";

/** What plinth.jsonc has in `env`. */
export interface Env {
  readonly EXPERIMENT: Experiment;
  /** Scheme and host by colour. */
  readonly INSTALLATIONS: Readonly<Record<string, string>>;
  readonly SWITCH: { get(key: string): Promise<string | null> };
}

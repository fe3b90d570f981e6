import type { Experiment } from "./experiment.ts";

/** The `env` of plinth.jsonc. */
export interface Env {
  readonly EXPERIMENT: Experiment;
  /** Scheme and host of each installation, by colour. */
  readonly INSTALLATIONS: Readonly<Record<string, string>>;
  readonly SWITCH: { get(key: string): Promise<string | null> };
}

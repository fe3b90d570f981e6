/** The `env` of plinth.jsonc. */
export interface Env {
  /** Scheme and host of the origin, with the port if it is not the scheme's default. */
  readonly ORIGIN: string;
  /** The text at the top of every page. */
  readonly BANNER: string;
}

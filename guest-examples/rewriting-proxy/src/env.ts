/** What plinth.jsonc has in `env`. */
export interface Env {
  /** Scheme and host, and the port where it is not the scheme's own. */
  readonly ORIGIN: string;
  /** Shown at the top of every page. */
  readonly BANNER: string;
}

/** The `env` of plinth.jsonc, and the secret. */
export interface Env {
  /** Scheme and host of the server behind this program. */
  readonly ORIGIN: string;
  readonly CODES: { get(key: string): Promise<string | null> };
  /** The secret that signs the cookies. */
  readonly SESSION_KEY?: string;
}

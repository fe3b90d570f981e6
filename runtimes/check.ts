/** The result of one check of this machine, which `plinth doctor` prints. */
export interface Check {
  readonly name: string;
  /** `missing`: hosts do not run without it. `limited`: hosts run, with less. */
  readonly status: "ok" | "limited" | "missing";
  /** The finding, or the reason why there is none. */
  readonly found: string;
  /** The remedy; undefined with "ok". */
  readonly remedy?: string;
}

export function ok(name: string, found: string): Check {
  return { name, status: "ok", found };
}

/** The first line of an error's message. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0]!;
}

/** What one check of this machine has found out: `plinth doctor` prints it. */
export interface Check {
  readonly name: string;
  /** `missing`: hosts do not run without it. `limited`: they run, with less. */
  readonly status: "ok" | "limited" | "missing";
  /** What is there, or why it is not. */
  readonly found: string;
  /** What to do about it; not with "ok". */
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

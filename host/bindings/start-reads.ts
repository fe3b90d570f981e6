/**
 * The variables that a start-up has read. A start-up gets no secrets, so the image keeps "not there" as a secret's value
 * for good. A signature check with a key of no bytes accepts anybody's signatures. So a secret that a start-up reads is
 * refused.
 */
import { plinthError } from "../errors.ts";
import { isEnvironmentName } from "./schema-parts.ts";

/** The method of the binding vars by which a runtime tells of the reads. */
export const READ_AT_START = "readAtStart";

export interface StartRead {
  /** The name of a variable; `*` if the program has read all. */
  readonly name: string;
  /** The place: "main.init (main.go:12)". */
  readonly by: string;
}

const ALL = "*";
/** The most variables that are kept of a start-up. A program that reads more counts as one that has read all of them. */
const MOST_READS = 100;
const LONGEST_PLACE = 300;

/** Takes what a runtime tells, in any form. Names that no secret can have are left out. */
export function startReads({ reads: told }: Readonly<Record<string, unknown>>): readonly StartRead[] {
  if (!Array.isArray(told)) return [];
  const reads = told.flatMap((read: unknown) => {
    const { name, by } = (read ?? {}) as Record<string, unknown>;
    if (typeof name !== "string" || typeof by !== "string") return [];
    return name === ALL || isEnvironmentName(name) ? [{ name, by: by.slice(0, LONGEST_PLACE) }] : [];
  });
  return reads.length <= MOST_READS ? reads : [{ name: ALL, by: reads[0]!.by }];
}

/**
 * @param version the version's number; null for a version that is about to be added
 * @throws PLINTH_SECRET_READ_AT_START for the first of the secrets that the start-up has read
 */
export function refuseReads(reads: readonly StartRead[], secrets: readonly string[], version: number | null): void {
  for (const secret of secrets) {
    const read = reads.find(({ name }) => name === secret || name === ALL);
    if (read === undefined) continue;
    const who = version === null ? "The program" : `Version ${version}`;
    const what = read.name === ALL ? "the whole environment, and with it the secret" : "the secret";
    throw plinthError("PLINTH_SECRET_READ_AT_START", [who, what, secret, read.by], {
      details: { secret, ...(version === null ? {} : { version }) },
    });
  }
}

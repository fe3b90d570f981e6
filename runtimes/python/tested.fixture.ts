/** The runtime packages for tests. If a package cannot be made, its tests are skipped, with the reason in their names. */
import { join } from "node:path";
import { PlinthError } from "../../host/errors.ts";
import { lockedFolder } from "../../test/support/folder-lock.ts";
import { cacheFolder } from "../cache.ts";
import type { Language } from "../language.ts";

/** Brings a language's package up to date. @returns the reason why there is none; undefined if there is one */
export async function whyMissing(language: Language): Promise<string | undefined> {
  using _lock = await lockedFolder(join(cacheFolder(), "python-tests"));
  try {
    await language.package.build(() => {});
    return undefined;
  } catch (error) {
    if (error instanceof PlinthError && language.package.toolMissing.includes(error.code)) return error.message;
    throw error;
  }
}

/** A name for `describe`, with the reason if the tests are skipped. */
export const nameWith = (name: string, reason: string | undefined): string =>
  reason === undefined ? name : `${name} (skipped: ${reason})`;

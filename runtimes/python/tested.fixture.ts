/** The runtime package for tests. Where it cannot be made, tests are skipped, with the reason in their names. */
import { join } from "node:path";
import { PlinthError } from "../../host/errors.ts";
import { lockedFolder } from "../../test/support/folder-lock.ts";
import { cacheFolder } from "../cache.ts";
import { language } from "./language.ts";

async function whyMissing(): Promise<string | undefined> {
  using _lock = await lockedFolder(join(cacheFolder(), "python-tests"));
  try {
    await language.package.build(() => {});
    return undefined;
  } catch (error) {
    if (error instanceof PlinthError && language.package.toolMissing.includes(error.code)) return error.message;
    throw error;
  }
}

/** Why there is no package; undefined where there is one. */
export const missing: string | undefined = await whyMissing();

/** For `describe`: a name with the reason where the tests are skipped. */
export const nameWith = (name: string): string => (missing === undefined ? name : `${name} (skipped: ${missing})`);

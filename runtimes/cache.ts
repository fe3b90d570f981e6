/** The folder that keeps things that take long to build: per user, outside the repository. */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** `PLINTH_CACHE`, or `plinth` in the user's cache folder (`XDG_CACHE_HOME`, `~/.cache`). */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.PLINTH_CACHE) return resolve(environment.PLINTH_CACHE);
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "plinth");
}

/**
 * Makes a folder as a whole or not at all: it is filled under another name beside its place. If another process has
 * been quicker, its folder stays, because all processes make the same under one name.
 *
 * @param fill is given the folder to fill; its errors are thrown
 */
export async function makeFolder(folder: string, fill: (work: string) => Promise<void>): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    await fill(work);
    renameSync(work, folder);
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
}

/** The runtime package plinth:go, for tests that run Go tenants. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PlinthError } from "../../host/errors.ts";
import { lockFolder } from "../../host/store/lock.ts";
import { cacheFolder } from "../../runtimes/cache.ts";
import { buildRuntime } from "../../runtimes/go/build.ts";

/**
 * Brings the package up to date. Test files run at the same time in separate processes. The first process builds, which
 * takes a minute if the cache is empty, and the others wait for it.
 */
export async function ensureGoRuntime(): Promise<void> {
  using _lock = await lock(join(cacheFolder(), "go-tests"));
  await buildRuntime();
}

async function lock(folder: string): Promise<Disposable> {
  await mkdir(folder, { recursive: true });
  for (;;) {
    try {
      return lockFolder(folder);
    } catch (error) {
      if (!(error instanceof PlinthError) || error.code !== "PLINTH_DATA_LOCKED") throw error;
      await delay(100);
    }
  }
}

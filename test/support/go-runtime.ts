/** The runtime package plinth:go, for tests that run Go tenants. */
import { join } from "node:path";
import { cacheFolder } from "../../runtimes/cache.ts";
import { buildRuntime } from "../../runtimes/go/build.ts";
import { lockedFolder } from "./folder-lock.ts";

/**
 * Brings the package up to date. Test files run at the same time in separate processes. The first process builds, which
 * takes a minute if the cache is empty, and the others wait for it.
 */
export async function ensureGoRuntime(): Promise<void> {
  using _lock = await lockedFolder(join(cacheFolder(), "go-tests"));
  await buildRuntime();
}

/**
 * Runs once before all test files, so that no test file waits for the build. The first run on a machine builds Go's linker
 * and base, which takes about a minute. The user's cache folder keeps both. Without Go, the tests that need it are skipped
 * with a message.
 */
import { goIsInstalled } from "../../runtimes/go/is-installed.ts";
import { ensureGoRuntime } from "./go-runtime.ts";

export default async function setup(): Promise<void> {
  if (goIsInstalled) await ensureGoRuntime();
  else console.log("no Go on this machine: tests of Go tenants are skipped");
}

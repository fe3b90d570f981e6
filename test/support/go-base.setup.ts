/**
 * Run once before all test files, so that none of them waits for it: the first run on a machine builds Go's linker and
 * base, about a minute; both are kept in the user's cache folder. Without Go the tests that need it are skipped, and say
 * so.
 */
import { goIsInstalled } from "../../runtimes/go/is-installed.ts";
import { ensureGoRuntime } from "./go-runtime.ts";

export default async function setup(): Promise<void> {
  if (goIsInstalled) await ensureGoRuntime();
  else console.log("no Go on this machine: tests of Go tenants are skipped");
}

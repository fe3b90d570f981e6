import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * A full garbage collection in the calling thread, without a flag on the command line.
 *
 * For the end of a start-up: it leaves tens of MB of garbage, and V8 collects when it needs room, which on a host that
 * nobody calls is never.
 */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

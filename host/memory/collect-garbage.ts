import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Collects all garbage in the calling thread. No flag on the command line is needed.
 *
 * A start-up leaves tens of MB of garbage. V8 collects when it needs room, which never happens on a host without requests.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}

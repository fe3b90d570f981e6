/** Puts the main thread of a host before its other threads, because each request goes through it. */
import { readdirSync, readFileSync } from "node:fs";
import { niceness } from "./priority.ts";
import { type ThreadControl, threadControl } from "./thread-control.ts";

/** Length of the main thread's turns, ms: the shortest that Linux grants. */
const TURN_MS = 0.1;
/** Niceness, beyond the main thread's, of V8's threads. They collect garbage and compile for all threads of the process. */
const HELPERS_NICENESS = 5;

/**
 * Asks the system for short turns of the calling thread, which is the main thread, and lowers the priority of V8's own
 * threads. Without this the main thread, beside a dozen busy ones, waits for a CPU four times as long as it runs. Nothing
 * happens where the system is not Linux.
 */
export function mainThreadFirst(): void {
  const control = threadControl();
  if (control === null) return;
  control.setTurn(control.ownNumber(), TURN_MS);
  lowerHelpers(control);
}

function lowerHelpers(control: ThreadControl): void {
  const tasks = "/proc/self/task";
  try {
    for (const thread of readdirSync(tasks)) {
      const name = readFileSync(`${tasks}/${thread}/comm`, "utf8");
      if (name.includes("V8Worker")) control.setNiceness(Number(thread), niceness(HELPERS_NICENESS));
    }
  } catch {
    // There is no /proc, or a thread has ended meanwhile. The host works without this.
  }
}

/** Thrown values: their text in the tenant's log, and the end of a step with one. */
import { inspect } from "./inspect.ts";
import { withoutNul } from "./text.ts";

const failed = 4;
const stuck = 5;

/** Name, message and stack of an error and of its causes. A frame of a stack reads "at name (worker.js:line:column)". */
export function describe(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    return "an error that cannot be printed";
  }
}

/** Ends the step as failed. */
export function fail(error: unknown): void {
  // The engine throws null if not even an error fits into memory.
  if (error === null && $memoryRefused()) {
    failWith("out of memory");
    return;
  }
  $complete(failed, 0, withoutNul(describe(error)), 0, undefined, 0);
}

function failWith(message: string): void {
  $complete(failed, 0, message, 0, undefined, 0);
}

/** Ends the step as stuck: the request can never go on. */
export function giveUp(message: string): void {
  $complete(stuck, 0, message, 0, undefined, 0);
}

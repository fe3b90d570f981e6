/** How a thrown value reads in the tenant's log, and how it ends a step. */
import { inspect } from "./inspect.ts";
import { withoutNul } from "./text.ts";

const failed = 4;
const stuck = 5;

/** Name, message and stack, and the same of its causes. The stack's frames read "at name (worker.js:line:column)". */
export function describe(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    return "an error that cannot be printed";
  }
}

/** Ends the step as failed. */
export function fail(error: unknown): void {
  // Where not even an error fits into memory, the engine throws null.
  if (error === null && $memoryRefused()) {
    failWith("out of memory");
    return;
  }
  $complete(failed, 0, withoutNul(describe(error)), 0, undefined);
}

function failWith(message: string): void {
  $complete(failed, 0, message, 0, undefined);
}

/** Ends the step of a request that can never go on. */
export function giveUp(message: string): void {
  $complete(stuck, 0, message, 0, undefined);
}

/** `ExecutionContext`: the third argument of a handler. */
import { describe } from "./failure.ts";
import { tagged, whenSettled } from "./intrinsics.ts";
import { log } from "./text.ts";

const levelError = 3;
const made = Symbol();
/** The number of promises given to waitUntil that have not settled. */
let waiting = 0;

export class ExecutionContext {
  readonly props: object = {};

  constructor(mark?: unknown) {
    if (mark !== made) throw new TypeError("Illegal constructor");
  }

  /** The request does not end before the promise is settled. */
  waitUntil(promise: unknown): void {
    waiting++;
    whenSettled(
      promise,
      () => {
        waiting--;
      },
      (reason) => {
        waiting--;
        log(levelError, `A promise given to waitUntil was rejected: ${describe(reason)}`);
      },
    );
  }

  /** There is no origin that an exception could be passed on to: the call is accepted and does nothing. */
  passThroughOnException(): void {}
}
tagged(ExecutionContext, "ExecutionContext");

/** The context of a new request. */
export function newContext(): ExecutionContext {
  return new ExecutionContext(made);
}

export function forgetPromises(): void {
  waiting = 0;
}

/** Whether a promise given to waitUntil has not settled yet. */
export function waitsForPromises(): boolean {
  return waiting > 0;
}

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

  /** Keeps the request from ending before the promise is settled. */
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

  /** Accepts the call and does nothing, because there is no origin that could get the request after an exception. */
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

/** The global scope as an event target: errors that nobody has caught, and the handlers of the service-worker form. */
import { ErrorEvent, PromiseRejectionEvent } from "./event.ts";
import { EventTarget, reportListenerErrors } from "./event-target.ts";
import { describe } from "./failure.ts";
import { apply } from "./intrinsics.ts";
import { log } from "./text.ts";
import { reportTimerErrors } from "./timers.ts";

const levelError = 3;
export const scope = new EventTarget();

const method = (name: "addEventListener" | "removeEventListener" | "dispatchEvent") => {
  const own = EventTarget.prototype[name] as (...values: unknown[]) => unknown;
  return (...values: unknown[]): unknown => apply(own, scope, values);
};
export const scopeFunctions = {
  addEventListener: method("addEventListener"),
  removeEventListener: method("removeEventListener"),
  dispatchEvent: method("dispatchEvent"),
};

/** Whether an error is being told. An error of a listener for errors is not told to it again. */
let reporting = false;

export function reportError(error: unknown): void {
  if (!reporting && EventTarget.listens(scope, "error")) {
    reporting = true;
    const message = error instanceof Error ? error.message : `${error as string}`;
    const goesOn = scope.dispatchEvent(new ErrorEvent("error", { error, message, cancelable: true }));
    reporting = false;
    if (!goesOn) return;
  }
  log(levelError, describe(error));
}

/** @returns whether the rejection belongs in the log */
export function tellRejection(promise: object, reason: unknown): boolean {
  if (!EventTarget.listens(scope, "unhandledrejection")) return true;
  return scope.dispatchEvent(new PromiseRejectionEvent("unhandledrejection", { promise, reason, cancelable: true }));
}

reportListenerErrors(reportError);
reportTimerErrors(reportError);

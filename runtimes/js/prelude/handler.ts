/** The tenant's handler: the default export of its module. */
import type { ExecutionContext } from "./execution-context.ts";
import { fail } from "./failure.ts";
import { apply, pattern } from "./intrinsics.ts";
import { forgetRejections, reportRejections } from "./rejections.ts";
import type { Request } from "./request.ts";
import type { ScheduledController } from "./scheduled.ts";
import { listeningHandlers } from "./service-worker.ts";

type Fetch = (request: Request, env: object, context: ExecutionContext) => unknown;
type Scheduled = (controller: ScheduledController, env: object, context: ExecutionContext) => unknown;

const done = 3;
const classText = pattern(/^class\b/);
const { toString: functionText } = Function.prototype;
const advice = "write `export default { fetch(request, env, ctx) { ... } }`";
/** The default export, or undefined if it is the handler itself. */
let target: unknown;
let fetchMethod: Fetch | undefined;
let scheduledMethod: Scheduled | undefined;

/**
 * @param state of the evaluation. 0: the module waits for something; 1: value is its namespace; 2: value is the
 *   thrown error
 */
export function loadModule(state: number, value: unknown): void {
  // The engine reports the error of the module as a rejection, too. The log would have it twice.
  if (state === 2) forgetRejections();
  else reportRejections();
  if (state === 0) {
    fail(new Error("The module's top-level await can never settle: there is nothing to wait for while a module loads"));
    return;
  }
  if (state === 2) {
    fail(value);
    return;
  }
  const exported = (value as { default?: unknown }).default;
  if (isClass(exported)) {
    fail(
      new TypeError(`The module's default export is a class: ${advice}, or \`export default new ${exported.name}()\``),
    );
    return;
  }
  if (typeof exported === "function") {
    fetchMethod = exported as Fetch;
    target = undefined;
  } else if (typeof exported === "object" && exported !== null) {
    fetchMethod = methodOf(exported, "fetch") as Fetch | undefined;
    scheduledMethod = methodOf(exported, "scheduled") as Scheduled | undefined;
    target = exported;
  } else {
    const { fetch, scheduled } = listeningHandlers();
    fetchMethod = fetch;
    scheduledMethod = scheduled;
  }
  if (!fetchMethod && !scheduledMethod) {
    fail(new TypeError(`The module has no handler: ${advice}, or a function, or call addEventListener("fetch", ...)`));
    return;
  }
  $complete(done, 0, "", 0, undefined, 0);
}

function isClass(value: unknown): value is { name: string } {
  return typeof value === "function" && classText.test(apply(functionText, value, []));
}

function methodOf(exported: object, name: string): unknown {
  const method = (exported as Record<string, unknown>)[name];
  return typeof method === "function" ? method : undefined;
}

export function callHandler(request: Request, env: object, context: ExecutionContext): unknown {
  if (!fetchMethod) throw new TypeError("The module has no handler for requests: its default export has no fetch()");
  return apply(fetchMethod, target, [request, env, context]);
}

export function callScheduled(controller: ScheduledController, env: object, context: ExecutionContext): unknown {
  if (!scheduledMethod)
    throw new TypeError("The module has no handler for schedules: its default export has no scheduled()");
  return apply(scheduledMethod, target, [controller, env, context]);
}

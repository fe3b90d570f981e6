/** The tenant's handler: the default export of its module. */
import { fail } from "./failure.ts";
import { apply } from "./intrinsics.ts";
import { forgetRejections, reportRejections } from "./rejections.ts";
import type { Request } from "./request.ts";
import type { ExecutionContext } from "./steps.ts";

type Fetch = (request: Request, env: object, context: ExecutionContext) => unknown;

const done = 3;
let target: unknown;
let method: Fetch | undefined;

/** False while the tenant's module is being evaluated, before there is a request. */
export const phase = { serving: false };

/** @param state of the module's evaluation: 0 it waits for something, 1 value is its namespace, 2 value is what it threw */
export function loadModule(state: number, value: unknown): void {
  // What the module itself threw is told below, and would be told twice.
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
  if (typeof exported === "function") {
    method = exported as Fetch;
    target = undefined;
  } else if (
    typeof exported === "object" &&
    exported !== null &&
    typeof (exported as { fetch?: unknown }).fetch === "function"
  ) {
    method = (exported as { fetch: Fetch }).fetch;
    target = exported;
  } else {
    fail(new TypeError("The module has no handler: export default { fetch(request, env, ctx) { ... } } or a function"));
    return;
  }
  $complete(done, 0, "", 0, undefined);
}

export function callHandler(request: Request, env: object, context: ExecutionContext): unknown {
  if (!method) throw new TypeError("No module is loaded");
  return apply(method, target, [request, env, context]);
}

/** What static components may import of bindings (wit/), and how each import is made. */
import type { FrameCalls } from "./calls.ts";
import { fetchImports } from "./fetch.ts";
import { kvImports } from "./kv.ts";
import { varsImports } from "./vars.ts";

/**
 * The import object of a component, by the names that jco's glue asks for: interfaces without their version.
 * host/component/static/imports.ts says which may be imported, and which of their functions wait.
 *
 * @param texts vars and secrets (`environmentOf`)
 */
export function bindingImports(
  calls: FrameCalls,
  texts: Readonly<Record<string, string>>,
): Readonly<Record<string, object>> {
  return {
    "plinth:kv/store": kvImports(calls),
    "plinth:fetch/client": fetchImports(calls),
    "plinth:vars/environment": varsImports(texts),
  };
}

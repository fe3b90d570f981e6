/** Builds slim components from source text without the bundler, for tests of the host. */

import { buildSlimComponent } from "../../host/component/write/slim-component.ts";
import { dataModule, dataRuntimeExports } from "../../runtimes/data-module.ts";
import { JAVASCRIPT_DEPENDENCY } from "../../runtimes/js/build-tenant.ts";

/** @param source an ES module without imports, with a default export as handler */
export function slimComponent(source: string, dependency = JAVASCRIPT_DEPENDENCY): Uint8Array<ArrayBuffer> {
  return buildSlimComponent({
    dependency,
    runtimeExports: dataRuntimeExports,
    appModule: dataModule(new TextEncoder().encode(source)),
    world: "resumable-service",
  });
}

/** A program that answers with the expression's value as text. `request` is in scope, and `await` works. */
export function answering(expression: string, topLevel = ""): Uint8Array<ArrayBuffer> {
  return slimComponent(`${topLevel}
    export default { async fetch(request, env, ctx) { return new Response(String(${expression})); } };`);
}

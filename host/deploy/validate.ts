/**
 * Step 3: refuses a component that may not run here. The step checks its imports and exports, how its parts are joined,
 * and each of its core modules against the policy of its runtime.
 */

import { type CompiledPolicy, compilePolicy } from "../component/policy/tenant-policy.ts";
import { validateTenantModule } from "../component/policy/validate-tenant-module.ts";
import type { SlimComponent } from "../component/read/component.ts";
import { resumableInterface } from "../component/write/resumable-world.ts";
import { plinthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readingUpload } from "./component-errors.ts";

/** @throws PlinthError PLINTH_IMPORT_REFUSED, PLINTH_EXPORT_MISSING, PLINTH_COMPONENT_UNSUPPORTED, PLINTH_POLICY */
export function validate(component: SlimComponent, runtime: Runtime): void {
  refuseOtherImports(component);
  if (!component.exports.some(({ name, sort }) => name === resumableInterface && sort === "instance")) {
    throw plinthError("PLINTH_EXPORT_MISSING", [resumableInterface]);
  }
  refuseForeignLifts(component);
  for (const module of component.coreModules) {
    if (module.kind === "import") continue;
    if (module.kind === "alias") {
      throw plinthError("PLINTH_COMPONENT_UNSUPPORTED", ["an alias of a core module", module.position]);
    }
    const bytes = component.bytes.subarray(module.start, module.end);
    readingUpload(() => validateTenantModule(bytes, policyOf(runtime), module.start));
    // The reader has understood every instruction; V8 checks the types between them.
    if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) {
      const what = "a core module in it does not pass WebAssembly validation";
      throw plinthError("PLINTH_COMPONENT_MALFORMED", [what, module.start], { details: { offset: module.start } });
    }
  }
}

function refuseOtherImports(component: SlimComponent): void {
  const refused = component.imports.find(({ sort }) => sort !== "core module");
  if (refused === undefined) return;
  const details = { import: refused.name, offset: refused.start };
  throw plinthError("PLINTH_IMPORT_REFUSED", [refused.name], { details });
}

/**
 * A slim component may lift functions of its runtime only. A tenant's own module is not there when requests are served:
 * its code has run at deploy time, or is reached through the runtime's table.
 */
function refuseForeignLifts(component: SlimComponent): void {
  for (const { coreFunction, position } of component.lifts) {
    const lifted = component.coreFunctions[coreFunction];
    const instance = lifted?.kind === "alias" ? component.coreInstances[lifted.instance] : undefined;
    const module = instance?.kind === "instantiate" ? component.coreModules[instance.module] : undefined;
    if (module?.kind === "import") continue;
    const what = "a function that is lifted from the tenant's own module instead of its runtime";
    throw plinthError("PLINTH_COMPONENT_UNSUPPORTED", [what, position], { details: { offset: position } });
  }
}

const policies = new Map<string, CompiledPolicy>();

function policyOf({ key, manifest }: Runtime): CompiledPolicy {
  let policy = policies.get(key);
  if (policy === undefined) {
    policy = compilePolicy(manifest.policy);
    policies.set(key, policy);
  }
  return policy;
}

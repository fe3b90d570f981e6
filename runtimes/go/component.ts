/** Wraps a Go program's core module into the component for the upload. */

import { compilePolicy } from "../../host/component/policy/tenant-policy.ts";
import { validateTenantModule } from "../../host/component/policy/validate-tenant-module.ts";
import { ComponentError } from "../../host/component/read/component-error.ts";
import { lockedDependencyName } from "../../host/component/read/dependency-name.ts";
import { buildSlimComponent } from "../../host/component/write/slim-component.ts";
import { plinthError } from "../../host/errors.ts";
import type { RuntimeManifest } from "../../host/runtime/manifest.ts";
import { goRuntimeExports } from "./app-module.ts";

type Runtime = Pick<RuntimeManifest, "name" | "version" | "policy"> & {
  files: Pick<RuntimeManifest["files"], "module">;
};

/**
 * @param runtime the runtime that the program is linked against
 * @throws PlinthError PLINTH_BUILD_FAILED if the program breaks its runtime's policy, so that the build fails and not only
 *   the upload
 */
export function goComponent(module: Uint8Array, { name, version, files, policy }: Runtime): Uint8Array<ArrayBuffer> {
  try {
    validateTenantModule(module, compilePolicy(policy));
  } catch (error) {
    if (!(error instanceof ComponentError)) throw error;
    throw plinthError("PLINTH_BUILD_FAILED", [`the program cannot run on Plinth: ${error.message}`], { cause: error });
  }
  return buildSlimComponent({
    dependency: lockedDependencyName(name, version, Buffer.from(files.module.sha256, "hex")),
    runtimeExports: goRuntimeExports,
    appModule: module,
    world: "resumable-service",
  });
}

/** Prepares a static component in one step, because it needs no runtime, no policy and no image. */

import type { GlueCache } from "../component/glue/transpile.ts";
import type { HostInterface } from "../component/static/imports.ts";
import { prepareStaticComponent } from "../component/static/prepare.ts";
import { wholeWasmPages } from "../memory/index.ts";
import { readingUploadAsync } from "./component-errors.ts";
import type { PreparedStatic, PrepareLimits } from "./prepared.ts";

/**
 * @throws PlinthError PLINTH_COMPONENT_MALFORMED, PLINTH_COMPONENT_UNSUPPORTED, PLINTH_POLICY,
 *   PLINTH_IMPORT_REFUSED, PLINTH_EXPORT_MISSING
 */
export async function prepareStatic(
  component: Uint8Array,
  { memoryBytes }: PrepareLimits,
  cache: GlueCache,
  interfaces: readonly HostInterface[],
): Promise<PreparedStatic> {
  const memoryPages = wholeWasmPages(memoryBytes);
  const { glue, modules } = await readingUploadAsync(() =>
    prepareStaticComponent(component, { memoryPages, cache, interfaces }),
  );
  const coreModules = Object.entries(modules).map(([fileName, bytes]) => ({ fileName, bytes }));
  return { kind: "static", glue, coreModules };
}

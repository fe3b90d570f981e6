/** Prepares a WASI command in one step: the core module brings everything and is linked to nothing. */
import { wholeWasmPages } from "../memory/index.ts";
import { prepareWasiModule } from "../wasi/prepare.ts";
import { readingUpload } from "./component-errors.ts";
import type { PreparedWasi, PrepareLimits } from "./prepared.ts";

/**
 * @throws PlinthError PLINTH_NOT_A_COMPONENT, PLINTH_COMPONENT_MALFORMED, PLINTH_COMPONENT_UNSUPPORTED,
 *   PLINTH_POLICY, PLINTH_IMPORT_REFUSED
 */
export function prepareWasi(module: Uint8Array, { memoryBytes }: PrepareLimits): PreparedWasi {
  const memoryPages = wholeWasmPages(memoryBytes);
  return { kind: "wasi", module: readingUpload(() => prepareWasiModule(module, memoryPages)) };
}

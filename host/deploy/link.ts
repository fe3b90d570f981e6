/** Step 4: the glue that joins the component to a slot's live instance of its runtime, found by shape or made by jco. */

import { loadResumableGlue } from "../component/glue/glue.ts";
import { type GlueCache, transpileComponent } from "../component/glue/transpile.ts";
import type { SlimComponent } from "../component/read/component.ts";
import { endable } from "../component/write/endable.ts";
import { servingForm } from "../component/write/serving-form.ts";
import { plinthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readingUpload, readingUploadAsync } from "./component-errors.ts";

export interface LinkedComponent {
  glue: string;
  /** The part of the tenant's own module that is needed for serving; null if none is. */
  functions: { module: Uint8Array; count: number } | null;
  /**
   * Instantiates the component with the slot's instance in the place of its runtime. This runs the tenant's start-up code.
   *
   * @throws the error of the start-up code
   */
  instantiate(runtime: WebAssembly.Instance): void;
}

/** @throws PlinthError PLINTH_COMPONENT_MALFORMED, PLINTH_COMPONENT_UNSUPPORTED, PLINTH_POLICY */
export async function link(
  component: SlimComponent,
  { manifest }: Pick<Runtime, "manifest">,
  cache: GlueCache,
): Promise<LinkedComponent> {
  const { glue } = await readingUploadAsync(() => transpileComponent(component.bytes, { mode: "sync", cache }));
  const embedded = component.coreModules
    .filter((module) => module.kind === "embedded")
    .map((module) => compile(endableModule(component, module), module.start));
  const resumable = loadResumableGlue(glue);
  return {
    glue,
    functions: manifest.layout === undefined ? null : functionsOf(component),
    instantiate: (instance) => void resumable.instantiate({ runtime: instance, embedded }),
  };
}

/** A runtime with a layout has tenants of one module each, which fills its part of the table. */
function functionsOf(component: SlimComponent): LinkedComponent["functions"] {
  const modules = component.coreModules.filter((module) => module.kind === "embedded");
  const [module, second] = modules;
  if (module === undefined || second !== undefined) {
    const what = `${modules.length} core modules of the tenant's own, where its runtime takes one`;
    throw plinthError("PLINTH_COMPONENT_UNSUPPORTED", [what, second?.start ?? 0]);
  }
  const { bytes, functions } = readingUpload(() => servingForm(endableModule(component, module)));
  return { module: bytes, count: functions.count };
}

/** Rewrites a core module of the tenant's own so that its code can be ended. */
function endableModule({ bytes }: SlimComponent, { start, end }: { start: number; end: number }): Uint8Array {
  return readingUpload(() => endable(bytes.subarray(start, end), start));
}

function compile(bytes: Uint8Array, offset: number): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw plinthError("PLINTH_COMPONENT_MALFORMED", [reason, offset], { details: { offset }, cause: error });
  }
}

/** Step 4: the glue that joins the component to a slot's live instance of its runtime, found by shape or made by jco. */
import type { SlimComponent } from "../component/component.ts";
import { loadResumableGlue } from "../component/glue.ts";
import { type GlueCache, transpileComponent } from "../component/transpile.ts";
import { plinthError } from "../errors.ts";
import { readingUploadAsync } from "./component-errors.ts";

export interface LinkedComponent {
  glue: string;
  /**
   * Instantiates the component with the slot's instance in the place of its runtime: the tenant's start-up code runs.
   *
   * @throws whatever it throws
   */
  instantiate(runtime: WebAssembly.Instance): void;
}

/** @throws PlinthError PLINTH_COMPONENT_MALFORMED, PLINTH_COMPONENT_UNSUPPORTED, PLINTH_POLICY */
export async function link(component: SlimComponent, cache: GlueCache): Promise<LinkedComponent> {
  const { glue, glueHash } = await readingUploadAsync(() =>
    transpileComponent(component.bytes, { mode: "sync", cache }),
  );
  const embedded = component.coreModules
    .filter((module) => module.kind === "embedded")
    .map(({ start, end }) => compile(component.bytes.subarray(start, end), start));
  const resumable = await loadResumableGlue(glueHash, glue);
  return { glue, instantiate: (runtime) => void resumable.instantiate({ runtime, embedded }) };
}

function compile(bytes: Uint8Array, offset: number): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw plinthError("PLINTH_COMPONENT_MALFORMED", [reason, offset], { details: { offset }, cause: error });
  }
}

/** Step 1: what is this upload, and is it small enough for what it is? */
import { type Component, identify, parseComponent } from "../component/component.ts";
import { plinthError } from "../errors.ts";
import { readingUpload } from "./component-errors.ts";

export interface SizeLimits {
  /** Bytes of a slim component. */
  slim: number;
  /** Bytes of a static component or a WASI command: big on purpose. */
  static: number;
}

/** A core module: whether it is a WASI command shows when it is prepared. */
export interface CoreModuleUpload {
  kind: "wasi";
}

/** @throws PlinthError PLINTH_UPLOAD_TOO_LARGE, PLINTH_NOT_A_COMPONENT, PLINTH_COMPONENT_MALFORMED, PLINTH_COMPONENT_UNSUPPORTED */
export function inspect(bytes: Uint8Array, limits: SizeLimits): Component | CoreModuleUpload {
  refuseOver(bytes.length, Math.max(limits.slim, limits.static));
  const what = identify(bytes);
  if (what === "core module") {
    refuseOver(bytes.length, limits.static);
    return { kind: "wasi" };
  }
  if (what === "unknown")
    throw plinthError("PLINTH_NOT_A_COMPONENT", [bytes.length === 0 ? "empty" : "something else"]);
  const component = readingUpload(() => parseComponent(bytes));
  refuseOver(bytes.length, limits[component.kind]);
  return component;
}

function refuseOver(size: number, limit: number): void {
  if (size > limit) throw plinthError("PLINTH_UPLOAD_TOO_LARGE", [size, limit], { details: { size, limit } });
}

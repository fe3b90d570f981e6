/** Step 1: finds the kind of an upload, and refuses one that is too large for its kind. */
import { ByteReader } from "../component/read/byte-reader.ts";
import { type Component, identify, parseComponent } from "../component/read/component.ts";
import { ComponentError } from "../component/read/component-error.ts";
import { plinthError } from "../errors.ts";
import { readingUpload } from "./component-errors.ts";

/** Magic number and version. */
const PREAMBLE_BYTES = 8;

export interface SizeLimits {
  /** Bytes of a slim component. */
  slim: number;
  /** Bytes of a static component or a WASI command. The limit is large on purpose. */
  static: number;
}

/** A core module. The next step finds out whether it is a WASI command. */
export interface WasiUpload {
  kind: "wasi";
}

/**
 * @throws PlinthError PLINTH_UPLOAD_TOO_LARGE, PLINTH_NOT_A_COMPONENT, PLINTH_COMPONENT_TRUNCATED,
 *   PLINTH_COMPONENT_MALFORMED, PLINTH_COMPONENT_UNSUPPORTED
 */
export function inspect(bytes: Uint8Array, limits: SizeLimits): Component | WasiUpload {
  refuseOver(bytes.length, Math.max(limits.slim, limits.static));
  const what = identify(bytes);
  if (what === "core module") {
    refuseOver(bytes.length, limits.static);
    return { kind: "wasi" };
  }
  if (what === "unknown")
    throw plinthError("PLINTH_NOT_A_COMPONENT", [bytes.length === 0 ? "empty" : "something else"]);
  refuseTruncated(bytes);
  const component = readingUpload(() => parseComponent(bytes));
  refuseOver(bytes.length, limits[component.kind]);
  return component;
}

/** The last section says how long it is. A file that was cut off is shorter, even if it has other faults. */
function refuseTruncated(bytes: Uint8Array): void {
  const reader = new ByteReader(bytes, { start: PREAMBLE_BYTES });
  let missing = 0;
  try {
    while (!reader.atEnd) {
      reader.u8();
      const length = reader.u32();
      missing = length - reader.remaining;
      if (missing > 0) break;
      reader.skip(length, "a section");
    }
  } catch (error) {
    // The length itself is cut off, or is no length. The parser tells the latter.
    if (!(error instanceof ComponentError) || !reader.atEnd) return;
    missing = 1;
  }
  if (missing > 0) {
    const size = bytes.length;
    throw plinthError("PLINTH_COMPONENT_TRUNCATED", [size, missing], { details: { size, missing } });
  }
}

function refuseOver(size: number, limit: number): void {
  if (size > limit) throw plinthError("PLINTH_UPLOAD_TOO_LARGE", [size, limit], { details: { size, limit } });
}

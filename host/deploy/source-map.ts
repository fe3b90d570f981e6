/** The source map that `plinth build` puts into a component, for the stacks in the tenant's log. */
import { inflateRawSync } from "node:zlib";
import type { SlimComponent } from "../component/read/component.ts";
import { SOURCE_MAP_SECTION } from "../component/read/custom-sections.ts";
import { plinthError } from "../errors.ts";

/** A map larger than this, in bytes of JSON, is no help to anybody reading a stack. */
const LARGEST_MAP = 16 << 20;

/** @throws PlinthError PLINTH_COMPONENT_MALFORMED where the section is no compressed JSON */
export function readSourceMap(component: SlimComponent): Uint8Array | null {
  const section = component.customSections.find(({ name }) => name === SOURCE_MAP_SECTION);
  if (section === undefined) return null;
  try {
    const json = inflateRawSync(component.bytes.subarray(section.start, section.end), { maxOutputLength: LARGEST_MAP });
    JSON.parse(json.toString("utf8"));
    return json;
  } catch (error) {
    const what = `the custom section ${SOURCE_MAP_SECTION} holds no source map`;
    throw plinthError("PLINTH_COMPONENT_MALFORMED", [what, section.start], {
      details: { offset: section.start },
      cause: error,
    });
  }
}

/** The source map that `plinth build` puts into a component, for the stacks in the tenant's log. */
import { inflateRawSync } from "node:zlib";
import type { SlimComponent } from "../component/read/component.ts";
import { parseCoreModule } from "../component/read/core-module.ts";
import { SOURCE_MAP_SECTION } from "../component/read/custom-sections.ts";
import { plinthError } from "../errors.ts";
import type { StoredMap } from "../observe/source-map.ts";

/** The most bytes of JSON. A larger map helps nobody who reads a stack. */
const LARGEST_MAP = 16 << 20;

/**
 * @returns JSON of a `StoredMap`: the map, with the program's text if the program is data to its runtime
 * @throws PlinthError PLINTH_COMPONENT_MALFORMED if the section is no compressed JSON
 */
export function readSourceMap(component: SlimComponent): Uint8Array | null {
  const section = component.customSections.find(({ name }) => name === SOURCE_MAP_SECTION);
  if (section === undefined) return null;
  try {
    const json = inflateRawSync(component.bytes.subarray(section.start, section.end), { maxOutputLength: LARGEST_MAP });
    const map: unknown = JSON.parse(json.toString("utf8"));
    const program = programOf(component);
    if (program === null || typeof map !== "object" || map === null) return json;
    return Buffer.from(JSON.stringify({ ...map, x_program: program } satisfies Partial<StoredMap>));
  } catch (error) {
    const what = `the custom section ${SOURCE_MAP_SECTION} holds no source map`;
    throw plinthError("PLINTH_COMPONENT_MALFORMED", [what, section.start], {
      details: { offset: section.start },
      cause: error,
    });
  }
}

/** The text that a program hands to its runtime (`runtimes/data-module.ts`); null if it brings code instead. */
function programOf({ bytes, coreModules }: SlimComponent): string | null {
  const [own, ...others] = coreModules.filter((module) => module.kind === "embedded");
  if (own === undefined || others.length > 0) return null;
  const module = parseCoreModule(bytes.subarray(own.start, own.end));
  const [program, ...more] = module.data;
  if (program === undefined || more.length > 0 || program.mode !== "passive") return null;
  return Buffer.from(module.bytes.subarray(program.contents.start, program.contents.end)).toString("utf8");
}

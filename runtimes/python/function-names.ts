/** Reads the names of functions from a module's custom section `name` (core spec, appendix "Name Section"). */
import { type CoreModule, rangeReader } from "../../host/component/read/core-module.ts";

/** Number of the part that has the functions' names. */
const FUNCTION_NAMES = 1;

/** Indices of functions by their names. Of several functions with one name, the last counts. */
export function functionNames(module: CoreModule): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const section = module.sections.find(({ id, name }) => id === "custom" && name === "name");
  if (section === undefined) return found;
  const reader = rangeReader(module, { start: section.body, end: section.end });
  reader.name("a custom section's name");
  while (!reader.atEnd) {
    const part = reader.u8("a part of the names");
    const names = reader.sub(reader.u32("a part's length"), "a part of the names");
    if (part !== FUNCTION_NAMES) continue;
    for (let left = names.count("names"); left > 0; left--) {
      const index = names.u32("a function's index");
      found.set(names.name("a function's name"), index);
    }
  }
  return found;
}

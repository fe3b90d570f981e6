/** Reads a program's configuration from its custom section `plinth:manifest`. */
import { MANIFEST_SECTION, readCustomSections } from "../component/read/custom-sections.ts";
import { plinthError } from "../errors.ts";
import { type Check, configCheck, pathText } from "./check.ts";
import type { RuntimeConfig } from "./schema.ts";

/** Compiled when it is first needed. */
let known: Check | undefined;

function ofRegistry(): Check {
  known ??= configCheck();
  return known;
}

/** The most mistakes in an answer. `plinth build` tells all mistakes, so an upload with many has them on purpose. */
const MOST_TOLD = 20;

/**
 * @param program a component or a core module whose sections have been read before
 * @param limitBytes of the section
 * @param check of the section's contents (`configCheck`)
 * @returns an empty configuration if there is no section
 * @throws PLINTH_MANIFEST_INVALID with the path of each mistake
 */
export function readConfig(program: Uint8Array, limitBytes: number, check: Check = ofRegistry()): RuntimeConfig {
  const [section, second] = readCustomSections(program).filter(({ name }) => name === MANIFEST_SECTION);
  if (section === undefined) return {};
  const refuse = (what: string) =>
    plinthError("PLINTH_MANIFEST_INVALID", [what], { details: { section: MANIFEST_SECTION } });
  if (second !== undefined) throw refuse(`the component has two sections ${MANIFEST_SECTION}`);
  const bytes = program.subarray(section.start, section.end);
  if (bytes.length > limitBytes) {
    throw refuse(
      `${check.names.join(", ")} together take ${bytes.length} bytes as JSON, and the limit is ${limitBytes}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refuse(`the component's section ${MANIFEST_SECTION} is not JSON in UTF-8`);
  }
  const problems = check.problemsOf(value);
  if (problems.length > 0) {
    const told = problems.slice(0, MOST_TOLD).map(({ path, text }) => `${pathText(path)} ${text}`);
    if (problems.length > told.length) told.push(`and ${problems.length - told.length} more`);
    throw refuse(told.join("; "));
  }
  return value as RuntimeConfig;
}

import { ComponentError } from "../read/component-error.ts";
import { type CoreModule, type ModuleExport, parseCoreModule, sectionIds, sectionOrder } from "../read/core-module.ts";
import { type ExposedGlobal, exposeMutableGlobals } from "../read/global-exports.ts";
import { ByteWriter, written } from "./byte-writer.ts";
import { kindCodes } from "./write-type.ts";

export type ExportEntry = Pick<ModuleExport, "name" | "kind" | "index">;

/**
 * Writes the body of an export section.
 *
 * @throws ComponentError `malformed` if two exports have the same name
 */
export function exportSection(entries: readonly ExportEntry[], offset: number): Uint8Array {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw new ComponentError("malformed", `"${name}" would be exported twice`, offset, name);
    names.add(name);
  }
  return written((writer) =>
    writer.list(entries, (w, { name, kind, index }) => w.name(name).u8(kindCodes[kind]).u32(index)),
  );
}

/**
 * Keeps some of a core module's exports, under new names.
 *
 * @param names old name to new name; exports that are not in it are dropped
 * @throws ComponentError `policy` if the module has no export of an old name
 */
export function selectExports(bytes: Uint8Array, names: ReadonlyMap<string, string>): Uint8Array<ArrayBuffer> {
  const module = parseCoreModule(bytes);
  const kept: ExportEntry[] = [];
  for (const [old, name] of names) {
    const entry = module.exports.find((candidate) => candidate.name === old);
    if (entry === undefined) throw new ComponentError("policy", `the module has no export "${old}"`, 0, old);
    kept.push({ ...entry, name });
  }
  return withExports(module, kept);
}

/**
 * Adds exports for the mutable globals that have none, and changes nothing else. A base image is captured from this form
 * of a runtime's full module.
 */
export function exposeGlobals(bytes: Uint8Array): { bytes: Uint8Array<ArrayBuffer>; globals: ExposedGlobal[] } {
  const module = parseCoreModule(bytes);
  const globals = exposeMutableGlobals(module);
  return { bytes: withExports(module, [...module.exports, ...missingExports(module, globals)]), globals };
}

/** Drops custom sections, except those with names in `kept`. Else only the form of section lengths may change. */
export function withoutCustomSections(bytes: Uint8Array, kept: ReadonlySet<string>): Uint8Array<ArrayBuffer> {
  const module = parseCoreModule(bytes);
  const writer = new ByteWriter().bytes(module.bytes.subarray(0, 8));
  for (const { id, name, body, end } of module.sections) {
    if (id !== "custom" || kept.has(name ?? "")) writer.section(sectionIds[id], module.bytes.subarray(body, end));
  }
  return writer.finish();
}

/** Makes entries for the globals that the module does not export yet. */
export function missingExports(module: CoreModule, globals: readonly ExposedGlobal[]): ExportEntry[] {
  const exported = new Set(module.exports.filter((entry) => entry.kind === "global").map((entry) => entry.index));
  return globals
    .filter(({ index }) => !exported.has(index))
    .map(({ exportName, index }) => ({ name: exportName, kind: "global", index }));
}

function withExports(module: CoreModule, entries: readonly ExportEntry[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().bytes(module.bytes.subarray(0, 8));
  const body = exportSection(entries, module.base);
  let done = false;
  for (const section of module.sections) {
    // The export section goes before the first section that must follow it.
    const order = section.id === "custom" ? -1 : sectionOrder.indexOf(section.id);
    if (!done && order >= sectionOrder.indexOf("export")) {
      writer.section(sectionIds.export, body);
      done = true;
    }
    if (section.id !== "export") writer.bytes(module.bytes.subarray(section.start, section.end));
  }
  if (!done) writer.section(sectionIds.export, body);
  return writer.finish();
}

import { type ComponentSection, componentSectionIds, type SlimComponent } from "../read/component.ts";
import { ComponentError } from "../read/component-error.ts";
import { ByteWriter } from "../write/byte-writer.ts";

/**
 * Writes an import section with core modules in place of their imports. An import of a core module and a definition of
 * one add to the same index space, so putting each module where its import stood leaves every index as it was. The section
 * is split around each module.
 *
 * @param stubs core modules by import name
 * @throws ComponentError `policy` if an import has no stub
 */
export function writePlugged(
  writer: ByteWriter,
  component: SlimComponent,
  section: ComponentSection,
  stubs: ReadonlyMap<string, Uint8Array>,
): void {
  let kept: Uint8Array[] = [];
  const flush = () => {
    if (kept.length === 0) return;
    const body = new ByteWriter().list(kept, (w, entry) => w.bytes(entry)).finish();
    writer.section(componentSectionIds.import, body);
    kept = [];
  };
  for (const entry of component.imports) {
    if (entry.start < section.body || entry.start >= section.end) continue;
    if (entry.sort !== "core module") {
      kept.push(component.bytes.subarray(entry.start, entry.end));
      continue;
    }
    const stub = stubs.get(entry.name);
    if (stub === undefined) {
      const message = `the core module "${entry.name}" is imported, and none is at hand`;
      throw new ComponentError("policy", message, component.base + entry.start, entry.name);
    }
    flush();
    writer.section(componentSectionIds.coreModule, stub);
  }
  flush();
}

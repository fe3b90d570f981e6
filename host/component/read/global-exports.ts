import type { CoreModule } from "./core-module.ts";
import type { ValueType } from "./module-type.ts";

/** A mutable global, and the name by which it can be read and set from outside. */
export interface ExposedGlobal {
  exportName: string;
  type: ValueType;
  /** Index in the module's global index space. */
  index: number;
}

/** The export names of globals that have none of their own begin so: `plinth:global:3`. */
const globalExportPrefix = "plinth:global:";

/**
 * The mutable globals of a module. Exported globals keep their names, and the others get one.
 */
export function exposeMutableGlobals(module: CoreModule): ExposedGlobal[] {
  const exported = new Map<number, string>();
  for (const entry of module.exports) {
    if (entry.kind === "global" && !exported.has(entry.index)) exported.set(entry.index, entry.name);
  }
  const found: ExposedGlobal[] = [];
  for (const [index, { type }] of module.globals.entries()) {
    if (!type.mutable) continue;
    found.push({ exportName: exported.get(index) ?? `${globalExportPrefix}${index}`, type: type.type, index });
  }
  return found;
}

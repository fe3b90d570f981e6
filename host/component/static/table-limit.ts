import { ComponentError } from "../read/component-error.ts";
import { readTableType } from "../read/module-type.ts";
import { writeValueType } from "../write/write-type.ts";
import { replaceSection } from "./replace-section.ts";

/** The most entries of all tables of a module. V8 keeps some 30 bytes for each. A large Go program has 60,000. */
const MOST_ENTRIES = 1 << 18;

/**
 * Gives every table that a core module defines a maximum (core spec, 5.5.7). Tables live outside of linear memory, and V8's
 * own limit of ten million entries is several hundred megabytes. Several tables get equal shares.
 *
 * @throws ComponentError `policy` if a table is larger than its share from the start; `unsupported` if its type is
 *   neither funcref nor externref
 */
export function limitTables(module: Uint8Array): Uint8Array {
  return replaceSection(module, "table", (section, tables) => {
    const count = section.count("tables", 3);
    const share = Math.floor(MOST_ENTRIES / Math.max(1, count));
    tables.u32(count);
    for (let index = 0; index < count; index++) {
      const { element, limits } = readTableType(section);
      const { min, max = share } = limits;
      if (min > share) {
        throw new ComponentError("policy", `a table of ${min} entries, and ${share} is the limit`, section.offset);
      }
      writeValueType(tables, element);
      tables.u8(1).u32(min).u32(Math.min(max, share));
    }
  });
}

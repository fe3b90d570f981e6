import { ComponentError } from "../read/component-error.ts";
import { readMemoryType } from "../read/module-type.ts";
import { replaceSection } from "./replace-section.ts";

/**
 * Gives every memory that a core module defines a maximum (core spec, 5.5.8), so that `memory.grow` past it fails inside
 * the tenant. A smaller maximum stays. Several memories get equal shares.
 *
 * @param pages pages of 64 KiB for all memories together
 * @throws ComponentError `policy` if a memory is larger than its share from the start
 */
export function limitMemories(module: Uint8Array, pages: number): Uint8Array {
  return replaceSection(module, "memory", (section, memories) => {
    const count = section.count("memories", 2);
    const share = Math.floor(pages / Math.max(1, count));
    memories.u32(count);
    for (let index = 0; index < count; index++) {
      const { min, max = share } = readMemoryType(section).limits;
      if (min > share) {
        throw new ComponentError(
          "policy",
          `a memory of ${min} pages of 64 KiB, and ${share} is the limit`,
          section.offset,
        );
      }
      memories.u8(1).u32(min).u32(Math.min(max, share));
    }
  });
}

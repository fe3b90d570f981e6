import { ByteReader } from "../byte-reader.ts";
import { ByteWriter } from "../byte-writer.ts";
import { ComponentError } from "../component-error.ts";
import { sectionIds } from "../core-module.ts";
import { readMemoryType } from "../module-type.ts";

/**
 * Gives every memory that a core module defines a maximum (core spec, 5.5.8), so that `memory.grow` past it fails inside
 * the tenant. A smaller maximum stays. Several memories get equal shares.
 *
 * @param pages of 64 KiB, for all of them
 * @throws ComponentError `policy` where a memory begins larger than that
 */
export function limitMemories(module: Uint8Array, pages: number): Uint8Array {
  const reader = new ByteReader(module);
  reader.skip(8, "the preamble");
  while (!reader.atEnd) {
    const start = reader.position;
    const id = reader.u8("a section's number");
    const section = reader.sub(reader.u32("a section's length"), "a section");
    if (id !== sectionIds.memory) continue;
    const memories = new ByteWriter();
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
    return new ByteWriter()
      .bytes(module.subarray(0, start))
      .section(sectionIds.memory, memories.finish())
      .bytes(module.subarray(section.end))
      .finish();
  }
  return module;
}

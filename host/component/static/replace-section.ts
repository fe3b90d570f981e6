import { ByteReader } from "../read/byte-reader.ts";
import { type SectionName, sectionIds } from "../read/core-module.ts";
import { ByteWriter } from "../write/byte-writer.ts";

/**
 * Writes one section of a core module anew. A module without that section stays as it is.
 *
 * @param write reads the section's contents and writes their replacement
 */
export function replaceSection(
  module: Uint8Array,
  name: SectionName,
  write: (section: ByteReader, contents: ByteWriter) => void,
): Uint8Array {
  const reader = new ByteReader(module);
  reader.skip(8, "the preamble");
  while (!reader.atEnd) {
    const start = reader.position;
    const id = reader.u8("a section's number");
    const section = reader.sub(reader.u32("a section's length"), "a section");
    if (id !== sectionIds[name]) continue;
    const contents = new ByteWriter();
    write(section, contents);
    return new ByteWriter()
      .bytes(module.subarray(0, start))
      .section(id, contents.finish())
      .bytes(module.subarray(section.end))
      .finish();
  }
  return module;
}

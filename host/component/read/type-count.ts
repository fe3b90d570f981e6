import type { ByteReader } from "./byte-reader.ts";
import { hex } from "./module-type.ts";

/**
 * Counts the types that a type section defines, including those of garbage collection (core spec 3.0, 5.3.6). The types
 * of a recursive group count one by one.
 *
 * @param reader over the section's contents
 * @throws ComponentError
 */
export function countTypes(reader: ByteReader): number {
  let types = 0;
  for (let left = reader.count("types", 2); left > 0; left--) {
    let group = 1;
    if (reader.peek() === 0x4e) {
      reader.u8();
      group = reader.count("types of a group", 2);
    }
    types += group;
    for (; group > 0; group--) skipSubtype(reader);
  }
  reader.expectEnd("the type section");
  return types;
}

function skipSubtype(reader: ByteReader): void {
  let start = reader.position;
  let form = reader.u8("a type");
  if (form === 0x50 || form === 0x4f) {
    for (let left = reader.count("supertypes"); left > 0; left--) reader.u32("a type index");
    start = reader.position;
    form = reader.u8("a type");
  }
  if (form === 0x60) {
    for (const what of ["parameters", "results"]) {
      for (let left = reader.count(what); left > 0; left--) skipStorageType(reader);
    }
  } else if (form === 0x5f) {
    for (let left = reader.count("fields", 2); left > 0; left--) skipField(reader);
  } else if (form === 0x5e) {
    skipField(reader);
  } else {
    reader.unsupported(`a type of form ${hex(form)}`, start);
  }
}

function skipField(reader: ByteReader): void {
  skipStorageType(reader);
  reader.u8("a field's mutability");
}

/** Skips a value type or a packed one. After 0x63 and 0x64 comes a heap type, which is a signed 33-bit number. */
function skipStorageType(reader: ByteReader): void {
  const code = reader.u8("a value type");
  if (code === 0x63 || code === 0x64) reader.s33("a heap type");
}

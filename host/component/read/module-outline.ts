import { ByteReader } from "./byte-reader.ts";
import { isCoreModule, type Range, sectionIds } from "./core-module.ts";
import { type ReferenceType, readGlobalType, readMemoryType, readTableType } from "./module-type.ts";
import { MOST_SECTIONS } from "./read-limits.ts";
import { countTypes } from "./type-count.ts";

/** A section by its number. Plinth need not know the section. */
export interface ModuleSection extends Range {
  number: number;
  body: number;
  /** The name of a custom section. */
  name?: string;
}

/** The parts of a core module that must be known for adding functions to it. */
export interface Outline {
  bytes: Uint8Array;
  /** Offset of `bytes[0]` in the upload. */
  base: number;
  sections: ModuleSection[];
  /** The number of types, functions and so on in each index space. */
  types: number;
  functions: number;
  /** The type of each table's entries. */
  tables: ReferenceType[];
  /** Bodies of functions, from the local declarations to the closing `end`. */
  bodies: Range[];
}

/**
 * Reads the outline of a core module. Unlike `parseCoreModule`, it takes modules with garbage collection, exceptions and
 * more. V8 checks the parts that it passes over.
 *
 * @throws ComponentError
 */
export function readOutline(bytes: Uint8Array, base = 0): Outline {
  const reader = new ByteReader(bytes, { base });
  if (!isCoreModule(bytes)) reader.malformed("a core module begins with 00 61 73 6d 01 00 00 00");
  reader.skip(8);
  const outline: Outline = { bytes, base, sections: [], types: 0, functions: 0, tables: [], bodies: [] };
  while (!reader.atEnd) {
    const start = reader.position;
    if (outline.sections.length === MOST_SECTIONS) reader.unsupported(`more than ${MOST_SECTIONS} sections`, start);
    const number = reader.u8("a section's number");
    const contents = reader.sub(reader.u32("a section's length"), "a section");
    const section: ModuleSection = { number, start, body: contents.position, end: contents.end };
    outline.sections.push(section);
    readSection(outline, section, contents);
  }
  return outline;
}

function readSection(outline: Outline, section: ModuleSection, reader: ByteReader): void {
  switch (section.number) {
    case sectionIds.custom:
      section.name = reader.name("a custom section's name");
      break;
    case sectionIds.type:
      outline.types = countTypes(reader);
      break;
    case sectionIds.import:
      for (let left = reader.count("imports", 4); left > 0; left--) readImport(outline, reader);
      break;
    case sectionIds.function:
      outline.functions += reader.count("functions");
      break;
    case sectionIds.table:
      for (let left = reader.count("tables", 3); left > 0; left--) outline.tables.push(readTableType(reader).element);
      break;
    case sectionIds.code:
      for (let left = reader.count("function bodies", 3); left > 0; left--) {
        const body = reader.sub(reader.u32("a body's length"), "a function body");
        outline.bodies.push({ start: body.position, end: body.end });
      }
      reader.expectEnd("the code section");
      break;
  }
}

function readImport(outline: Outline, reader: ByteReader): void {
  reader.name("an import's module name");
  reader.name("an import's name");
  const start = reader.position;
  switch (reader.u8("the kind of an import")) {
    case 0:
      reader.u32("a type index");
      outline.functions++;
      break;
    case 1:
      outline.tables.push(readTableType(reader).element);
      break;
    case 2:
      readMemoryType(reader);
      break;
    case 3:
      readGlobalType(reader);
      break;
    default:
      reader.unsupported("an import that is no function, table, memory or global", start);
  }
}

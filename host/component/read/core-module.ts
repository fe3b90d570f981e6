import { ByteReader } from "./byte-reader.ts";
import { sectionParsers } from "./core-module-sections.ts";
import { type ExternType, type FunctionType, hex, type ModuleType, type ReferenceType } from "./module-type.ts";
import { MOST_SECTIONS } from "./read-limits.ts";

/** Section numbers of the core binary format (spec 3.0, 5.5.2). */
export const sectionIds = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

export type SectionName = keyof typeof sectionIds;

/** The order in which sections must stand. */
export const sectionOrder: readonly SectionName[] = [
  "type",
  "import",
  "function",
  "table",
  "memory",
  "tag",
  "global",
  "export",
  "start",
  "element",
  "dataCount",
  "code",
  "data",
];

/** Positions in `CoreModule.bytes`; `end` is that of the byte after the last. */
export interface Range {
  start: number;
  end: number;
}

/** A section: `start` is its number's position, `body` that of its contents. */
export interface Section extends Range {
  id: SectionName;
  body: number;
  /** The name of a custom section. */
  name?: string;
}

export interface ModuleImport {
  module: string;
  name: string;
  type: ExternType;
  position: number;
}

export interface ModuleExport {
  name: string;
  kind: ExternType["kind"];
  /** Index in the index space of its kind. */
  index: number;
  position: number;
}

export interface ElementSegment extends Range {
  mode: "active" | "passive" | "declarative";
  table: number;
  /** The expression that gives an active segment's first table index. */
  offset?: Range;
  element: ReferenceType;
  /** Number of entries. */
  count: number;
  /** The function indices, unless the entries are expressions. */
  functions?: number[];
}

interface DataSegment extends Range {
  mode: "active" | "passive";
  memory: number;
  /** The expression that gives an active segment's first address. */
  offset?: Range;
  contents: Range;
}

/**
 * A core module as read. The arrays `tables`, `memories`, `globals` and `functions` are whole index spaces, in which
 * imports come first.
 */
export interface CoreModule {
  bytes: Uint8Array;
  /** Offset of `bytes[0]` in the upload. */
  base: number;
  sections: Section[];
  types: FunctionType[];
  imports: ModuleImport[];
  functions: FunctionType[];
  tables: (ExternType & { kind: "table" })[];
  memories: (ExternType & { kind: "memory" })[];
  /** `init` of the globals that the module defines. */
  globals: { type: ExternType & { kind: "global" }; init?: Range }[];
  exports: ModuleExport[];
  start?: { index: number; position: number };
  elements: ElementSegment[];
  data: DataSegment[];
  /** Bodies of the functions that the module defines, from the local declarations to the closing `end`. */
  bodies: Range[];
  imported: Record<ExternType["kind"], number>;
}

const preamble = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const names = new Map<number, SectionName>(Object.entries(sectionIds).map(([name, id]) => [id, name as SectionName]));

export function isCoreModule(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && preamble.every((byte, index) => bytes[index] === byte);
}

/**
 * Reads a core module (core spec, 5.5). Function bodies and initialisers are only delimited; `InstructionReader` reads
 * them. The result is well-formed but not validated: V8 checks the types of instructions.
 *
 * @param base offset of the module in the upload, for errors
 * @throws ComponentError
 */
export function parseCoreModule(bytes: Uint8Array, base = 0): CoreModule {
  const reader = new ByteReader(bytes, { base });
  if (!isCoreModule(bytes)) reader.malformed("a core module begins with 00 61 73 6d 01 00 00 00");
  reader.skip(8);
  const module: CoreModule = {
    bytes,
    base,
    sections: readSections(reader),
    types: [],
    imports: [],
    functions: [],
    tables: [],
    memories: [],
    globals: [],
    exports: [],
    elements: [],
    data: [],
    bodies: [],
    imported: { function: 0, table: 0, memory: 0, global: 0 },
  };
  let dataCount: number | undefined;
  for (const section of module.sections) {
    if (section.id === "custom") continue;
    const body = sectionReader(module, section);
    if (section.id === "dataCount") dataCount = body.u32("the number of data segments");
    else sectionParsers[section.id](module, body);
    body.expectEnd(`the ${section.id} section`);
  }
  if (module.bodies.length !== module.functions.length - module.imported.function) {
    const declared = module.functions.length - module.imported.function;
    reader.malformed(`${declared} functions are declared and ${module.bodies.length} bodies given`, bytes.length);
  }
  if (dataCount !== undefined && dataCount !== module.data.length) {
    reader.malformed(`${dataCount} data segments are announced and ${module.data.length} given`, bytes.length);
  }
  return module;
}

/** A reader over the contents of a section. */
export function sectionReader(module: CoreModule, section: Section): ByteReader {
  return new ByteReader(module.bytes, { start: section.body, end: section.end, base: module.base });
}

/** A reader over a part of the module. */
export function rangeReader(module: CoreModule, range: Range): ByteReader {
  return new ByteReader(module.bytes, { ...range, base: module.base });
}

function readSections(reader: ByteReader): Section[] {
  const sections: Section[] = [];
  let last = -1;
  while (!reader.atEnd) {
    const start = reader.position;
    if (sections.length === MOST_SECTIONS) reader.unsupported(`more than ${MOST_SECTIONS} sections`, start);
    const number = reader.u8("a section's number");
    const id = names.get(number);
    if (id === undefined) return reader.unsupported(`the section ${hex(number)} in a core module`, start);
    const contents = reader.sub(reader.u32("a section's length"), `the ${id} section`);
    const section: Section = { id, start, body: contents.position, end: contents.end };
    if (id === "custom") {
      section.name = contents.name("a custom section's name");
    } else {
      const order = sectionOrder.indexOf(id);
      if (order <= last) reader.malformed(`the ${id} section is repeated or out of order`, start);
      last = order;
    }
    sections.push(section);
  }
  return sections;
}

/** The type of an export. */
export function exportType(module: CoreModule, entry: ModuleExport): ExternType {
  // parseCoreModule has checked the index.
  switch (entry.kind) {
    case "function":
      return { kind: "function", ...module.functions[entry.index]! };
    case "table":
      return module.tables[entry.index]!;
    case "memory":
      return module.memories[entry.index]!;
    case "global":
      return module.globals[entry.index]!.type;
  }
}

/** Finds a module's type: its imports and exports. */
export function moduleType(module: CoreModule): ModuleType {
  return {
    imports: module.imports.map(({ module: from, name, type }) => ({ module: from, name, type })),
    exports: module.exports.map((entry) => ({ name: entry.name, type: exportType(module, entry) })),
  };
}

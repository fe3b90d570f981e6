import { ByteReader } from "./byte-reader.ts";
import { InstructionReader } from "./instructions.ts";
import {
  type ExternType,
  type FunctionType,
  hex,
  type ModuleType,
  type ReferenceType,
  readExternType,
  readFunctionType,
  readGlobalType,
  readMemoryType,
  readReferenceType,
  readTableType,
} from "./module-type.ts";

/** Section numbers of the core binary format (spec, 5.5.2). */
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
} as const;

export type SectionName = keyof typeof sectionIds;

/** The order in which sections must stand. */
export const sectionOrder: readonly SectionName[] = [
  "type",
  "import",
  "function",
  "table",
  "memory",
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
  /** Of a custom section. */
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
  /** In the index space of its kind. */
  index: number;
  position: number;
}

export interface GlobalDefinition {
  type: ExternType & { kind: "global" };
  init: Range;
}

export interface ElementSegment extends Range {
  mode: "active" | "passive" | "declarative";
  table: number;
  /** Of an active segment: the expression that gives the first table index. */
  offset?: Range;
  element: ReferenceType;
  /** Number of entries. */
  count: number;
  /** The function indices, unless the entries are expressions. */
  functions?: number[];
}

export interface DataSegment extends Range {
  mode: "active" | "passive";
  memory: number;
  /** Of an active segment: the expression that gives the first address. */
  offset?: Range;
  contents: Range;
}

/**
 * A core module as read. The arrays `tables`, `memories`, `globals` and `functions` are whole index spaces: what is
 * imported comes first.
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
  /** `init` of those that the module defines. */
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
const kinds = ["function", "table", "memory", "global"] as const;

export function isCoreModule(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && preamble.every((byte, index) => bytes[index] === byte);
}

/**
 * Reads a core module (core spec, 5.5). Function bodies and initialisers are only delimited; `InstructionReader` reads
 * them. What it returns is well-formed but not validated: types of instructions are V8's matter.
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

/** Reads past a constant expression. */
function expression(reader: ByteReader): Range {
  const start = reader.position;
  new InstructionReader(reader).skipAll();
  return { start, end: reader.position };
}

function each(reader: ByteReader, what: string, itemBytes: number, read: () => void): void {
  for (let left = reader.count(what, itemBytes); left > 0; left--) read();
}

const sectionParsers: Record<
  Exclude<SectionName, "custom" | "dataCount">,
  (module: CoreModule, reader: ByteReader) => void
> = {
  type(module, reader) {
    each(reader, "types", 3, () => {
      const start = reader.position;
      const form = reader.u8("a type");
      if (form !== 0x60) reader.unsupported(`a type of form ${hex(form)} (only function types)`, start);
      module.types.push(readFunctionType(reader));
    });
  },

  import(module, reader) {
    each(reader, "imports", 4, () => {
      const position = reader.position;
      const from = reader.name("an import's module name");
      const name = reader.name("an import's name");
      const type = readExternType(reader, module.types);
      module.imports.push({ module: from, name, type, position });
      module.imported[type.kind]++;
      if (type.kind === "function") module.functions.push({ params: type.params, results: type.results });
      else if (type.kind === "table") module.tables.push(type);
      else if (type.kind === "memory") module.memories.push(type);
      else module.globals.push({ type });
    });
  },

  function(module, reader) {
    each(reader, "functions", 1, () => {
      const start = reader.position;
      const index = reader.u32("a type index");
      const type = module.types[index];
      if (type === undefined) return reader.malformed(`there is no type ${index}`, start);
      module.functions.push(type);
    });
  },

  table(module, reader) {
    each(reader, "tables", 3, () => module.tables.push(readTableType(reader)));
  },

  memory(module, reader) {
    each(reader, "memories", 2, () => module.memories.push(readMemoryType(reader)));
  },

  global(module, reader) {
    each(reader, "globals", 4, () => module.globals.push({ type: readGlobalType(reader), init: expression(reader) }));
  },

  export(module, reader) {
    const seen = new Set<string>();
    const spaces = [module.functions, module.tables, module.memories, module.globals];
    each(reader, "exports", 3, () => {
      const position = reader.position;
      const name = reader.name("an export's name");
      if (seen.has(name)) reader.malformed(`"${name}" is exported twice`, position, name);
      seen.add(name);
      const code = reader.u8("the kind of an export");
      const kind = kinds[code];
      if (kind === undefined) {
        if (code === 4) return reader.unsupported("exception tags", position, name);
        return reader.malformed(`exports have a kind from 0 to 4, not ${code}`, position, name);
      }
      const index = reader.u32("an index");
      if (index >= (spaces[code]?.length ?? 0)) reader.malformed(`there is no ${kind} ${index}`, position, name);
      module.exports.push({ name, kind, index, position });
    });
  },

  start(module, reader) {
    const position = reader.position;
    const index = reader.u32("a function index");
    if (index >= module.functions.length) reader.malformed(`there is no function ${index}`, position);
    module.start = { index, position };
  },

  element(module, reader) {
    each(reader, "element segments", 2, () => module.elements.push(readElementSegment(module, reader)));
  },

  code(module, reader) {
    each(reader, "function bodies", 3, () => {
      const body = reader.sub(reader.u32("a body's length"), "a function body");
      module.bodies.push({ start: body.position, end: body.end });
    });
  },

  data(module, reader) {
    each(reader, "data segments", 2, () => {
      const start = reader.position;
      const flags = reader.u32("the kind of a data segment");
      if (flags > 2) reader.malformed(`data segments have a kind from 0 to 2, not ${flags}`, start);
      const memory = flags === 2 ? reader.u32("a memory index") : 0;
      const offset = flags === 1 ? undefined : expression(reader);
      const length = reader.u32("the length of a data segment");
      const from = reader.position;
      reader.skip(length, "a data segment");
      const contents = { start: from, end: reader.position };
      const mode = flags === 1 ? "passive" : "active";
      module.data.push({ start, end: reader.position, mode, memory, ...(offset && { offset }), contents });
    });
  },
};

/** Core spec, 5.5.12: bit 0 passive or declarative, bit 1 table index or declarative, bit 2 expressions. */
function readElementSegment(module: CoreModule, reader: ByteReader): ElementSegment {
  const start = reader.position;
  const flags = reader.u32("the kind of an element segment");
  if (flags > 7) reader.malformed(`element segments have a kind from 0 to 7, not ${flags}`, start);
  const active = (flags & 1) === 0;
  const table = active && flags & 2 ? reader.u32("a table index") : 0;
  const offset = active ? expression(reader) : undefined;
  let element: ReferenceType = "funcref";
  if (flags & 3) {
    if (flags & 4) element = readReferenceType(reader);
    else if (reader.u8("an element kind") !== 0) reader.malformed("an element kind is 0", reader.position - 1);
  }
  const segment: ElementSegment = {
    start,
    end: start,
    mode: active ? "active" : flags & 2 ? "declarative" : "passive",
    table,
    ...(offset && { offset }),
    element,
    count: reader.count("entries"),
  };
  if (flags & 4) {
    for (let left = segment.count; left > 0; left--) expression(reader);
  } else {
    segment.functions = [];
    for (let left = segment.count; left > 0; left--) {
      const position = reader.position;
      const index = reader.u32("a function index");
      if (index >= module.functions.length) reader.malformed(`there is no function ${index}`, position);
      segment.functions.push(index);
    }
  }
  segment.end = reader.position;
  return segment;
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

/** What a module needs and offers. */
export function moduleType(module: CoreModule): ModuleType {
  return {
    imports: module.imports.map(({ module: from, name, type }) => ({ module: from, name, type })),
    exports: module.exports.map((entry) => ({ name: entry.name, type: exportType(module, entry) })),
  };
}

import type { ByteReader } from "./byte-reader.ts";
import type { CoreModule, ElementSegment, Range, SectionName } from "./core-module.ts";
import { InstructionReader } from "./instructions.ts";
import {
  hex,
  type ReferenceType,
  readExternType,
  readFunctionType,
  readGlobalType,
  readMemoryType,
  readReferenceType,
  readTableType,
} from "./module-type.ts";
import { MOST_DEFINITIONS, MOST_FUNCTIONS } from "./read-limits.ts";

const kinds = ["function", "table", "memory", "global"] as const;

/** Reads past a constant expression. */
function expression(reader: ByteReader): Range {
  const start = reader.position;
  new InstructionReader(reader).skipAll();
  return { start, end: reader.position };
}

function each(reader: ByteReader, what: string, itemBytes: number, read: () => void, most = MOST_DEFINITIONS): void {
  for (let left = reader.count(what, itemBytes, most); left > 0; left--) read();
}

/** Reads the contents of a section into the module. The sections come in the order of the specification. */
export const sectionParsers: Record<
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
    each(
      reader,
      "functions",
      1,
      () => {
        const start = reader.position;
        const index = reader.u32("a type index");
        const type = module.types[index];
        if (type === undefined) return reader.malformed(`there is no type ${index}`, start);
        module.functions.push(type);
      },
      MOST_FUNCTIONS,
    );
  },

  table(module, reader) {
    each(reader, "tables", 3, () => module.tables.push(readTableType(reader)));
  },

  memory(module, reader) {
    each(reader, "memories", 2, () => module.memories.push(readMemoryType(reader)));
  },

  /** Exceptions' tags: an attribute, 0, and the type of a function. The reader only checks that they are right. */
  tag(module, reader) {
    each(reader, "tags", 2, () => {
      const start = reader.position;
      const attribute = reader.u8("a tag's attribute");
      if (attribute !== 0) reader.malformed(`the attribute of a tag is 0, not ${attribute}`, start);
      const index = reader.u32("a type index");
      if (index >= module.types.length) reader.malformed(`there is no type ${index}`, start + 1);
    });
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
    each(
      reader,
      "function bodies",
      3,
      () => {
        const body = reader.sub(reader.u32("a body's length"), "a function body");
        module.bodies.push({ start: body.position, end: body.end });
      },
      MOST_FUNCTIONS,
    );
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

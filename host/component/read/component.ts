import { ByteReader } from "./byte-reader.ts";
import { CanonReader, type CoreFunction, type CoreInstance, type Lift } from "./component-core.ts";
import { type CoreType, readCoreType } from "./component-core-type.ts";
import { isCoreModule } from "./core-module.ts";
import { hex, type ModuleType } from "./module-type.ts";
import { MOST_CANONICAL, MOST_COMPONENT_NAMES, MOST_SECTIONS } from "./read-limits.ts";

/** Section numbers of the component binary format (component model, Binary.md, "Component Definitions"). */
export const componentSectionIds = {
  custom: 0,
  coreModule: 1,
  coreInstance: 2,
  coreType: 3,
  component: 4,
  instance: 5,
  alias: 6,
  type: 7,
  canon: 8,
  start: 9,
  import: 10,
  export: 11,
  value: 12,
} as const;

type ComponentSectionName = keyof typeof componentSectionIds;

/** Positions count from the first byte of the component. */
export interface ComponentSection {
  id: ComponentSectionName;
  /** Offset of the section's number. */
  start: number;
  /** Offset of its contents. */
  body: number;
  end: number;
}

type ComponentSort = "core module" | "func" | "value" | "type" | "component" | "instance";

interface ComponentImport {
  name: string;
  sort: ComponentSort;
  /** Positions of the whole definition, `end` exclusive. */
  start: number;
  end: number;
  /** The type that the tenant's code expects of an imported core module, in a slim component. */
  type?: ModuleType;
}

interface ComponentExport {
  name: string;
  sort: ComponentSort;
  index: number;
  position: number;
}

/** An entry of the core module index space. */
export type CoreModuleDefinition =
  | { kind: "import"; name: string; type: ModuleType; position: number }
  | { kind: "embedded"; start: number; end: number }
  | { kind: "alias"; position: number };

interface ComponentParts {
  bytes: Uint8Array;
  /** Offset of `bytes[0]` in the upload. */
  base: number;
  sections: ComponentSection[];
  imports: ComponentImport[];
  exports: ComponentExport[];
  customSections: { name: string; start: number; end: number }[];
}

/** A component with everything inside. jco reads its insides. */
interface StaticComponent extends ComponentParts {
  kind: "static";
}

/** A component that imports a runtime. Only the parts that linking needs are read. */
export interface SlimComponent extends ComponentParts {
  kind: "slim";
  coreModules: CoreModuleDefinition[];
  coreInstances: CoreInstance[];
  coreFunctions: CoreFunction[];
  lifts: Lift[];
}

export type Component = StaticComponent | SlimComponent;

export const componentPreamble = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
const names = new Map<number, ComponentSectionName>(
  Object.entries(componentSectionIds).map(([name, id]) => [id, name as ComponentSectionName]),
);

/** Tells what a file is, by its first eight bytes. */
export function identify(bytes: Uint8Array): "component" | "core module" | "unknown" {
  if (isCoreModule(bytes)) return "core module";
  return bytes.length >= 8 && componentPreamble.every((byte, at) => bytes[at] === byte) ? "component" : "unknown";
}

/**
 * Reads a component. Section lengths, imports and exports are checked in any component; core types, core instances,
 * aliases and canonical definitions in a slim one.
 *
 * @param base offset of the component in the upload, for errors
 * @throws ComponentError
 */
export function parseComponent(bytes: Uint8Array, base = 0): Component {
  const reader = new ByteReader(bytes, { base });
  const found = identify(bytes);
  if (found !== "component") {
    const what = found === "core module" ? "a core module" : "no WebAssembly binary";
    reader.malformed(`a component begins with 00 61 73 6d 0d 00 01 00; this is ${what}`);
  }
  const parts: ComponentParts = {
    bytes,
    base,
    sections: readComponentSections(reader),
    imports: [],
    exports: [],
    customSections: [],
  };
  for (const section of parts.sections) {
    const body = new ByteReader(bytes, { start: section.body, end: section.end, base });
    if (section.id === "import") {
      for (let left = body.count("imports", 4, MOST_COMPONENT_NAMES); left > 0; left--)
        parts.imports.push(readImport(body));
      body.expectEnd("an import section");
    } else if (section.id === "export") {
      for (let left = body.count("exports", 4, MOST_COMPONENT_NAMES); left > 0; left--)
        parts.exports.push(readExport(body));
      body.expectEnd("an export section");
    } else if (section.id === "custom") {
      const name = body.name("a custom section's name");
      parts.customSections.push({ name, start: body.position, end: section.end });
    }
  }
  if (!parts.imports.some((entry) => entry.sort === "core module")) return { kind: "static", ...parts };
  return readSlimParts(parts);
}

/** The sections of a component, in their order. `reader` stands at its preamble. */
export function readComponentSections(reader: ByteReader): ComponentSection[] {
  const sections: ComponentSection[] = [];
  reader.skip(componentPreamble.length, "a component's preamble");
  while (!reader.atEnd) {
    const start = reader.position;
    if (sections.length === MOST_SECTIONS) reader.unsupported(`more than ${MOST_SECTIONS} sections`, start);
    const number = reader.u8("a section's number");
    const id = names.get(number);
    if (id === undefined) return reader.unsupported(`the section ${hex(number)} in a component`, start);
    const contents = reader.sub(reader.u32("a section's length"), `the ${id} section`);
    sections.push({ id, start, body: contents.position, end: contents.end });
  }
  return sections;
}

function readSlimParts(parts: ComponentParts): SlimComponent {
  const { bytes, base } = parts;
  const coreTypes: CoreType[] = [];
  const coreModules: CoreModuleDefinition[] = [];
  const canon = new CanonReader();
  let nextImport = 0;
  for (const section of parts.sections) {
    const reader = new ByteReader(bytes, { start: section.body, end: section.end, base });
    switch (section.id) {
      case "coreModule":
        coreModules.push({ kind: "embedded", start: section.body, end: section.end });
        break;
      case "coreType":
        for (let left = reader.count("core types", 2, MOST_CANONICAL); left > 0; left--)
          coreTypes.push(readCoreType(reader, coreTypes));
        reader.expectEnd("a core type section");
        break;
      case "import":
        while (nextImport < parts.imports.length && parts.imports[nextImport]!.start < section.end) {
          const entry = parts.imports[nextImport++]!;
          if (entry.sort !== "core module") continue;
          if (coreModules.some((known) => known.kind === "import" && known.name === entry.name)) {
            reader.malformed(`"${entry.name}" is imported twice`, entry.start, entry.name);
          }
          entry.type = importedModuleType(reader, entry, coreTypes);
          coreModules.push({ kind: "import", name: entry.name, type: entry.type, position: entry.start });
        }
        break;
      case "coreInstance":
        for (let left = reader.count("core instances", 2, MOST_CANONICAL); left > 0; left--) {
          canon.readCoreInstance(reader, coreModules.length);
        }
        reader.expectEnd("a core instance section");
        break;
      case "alias":
        for (let left = reader.count("aliases", 4, MOST_CANONICAL); left > 0; left--) {
          const position = reader.position;
          const sort = canon.readAlias(reader);
          if (sort === "core module") coreModules.push({ kind: "alias", position });
          else if (sort === "core type") reader.unsupported("aliases of core types in a slim component", position);
        }
        reader.expectEnd("an alias section");
        break;
      case "canon":
        for (let left = reader.count("canonical definitions", 2, MOST_CANONICAL); left > 0; left--)
          canon.readCanon(reader);
        reader.expectEnd("a canonical section");
        break;
      case "component":
        reader.unsupported("a nested component in a slim component", section.start);
        break;
    }
  }
  const { coreInstances, coreFunctions, lifts } = canon;
  return { kind: "slim", ...parts, coreModules, coreInstances, coreFunctions, lifts };
}

function importedModuleType(reader: ByteReader, entry: ComponentImport, coreTypes: readonly CoreType[]): ModuleType {
  // readImport has read the whole entry, in which the type index stands last.
  const at = new ByteReader(reader.bytes, { start: entry.start, end: entry.end, base: reader.base });
  readExternName(at);
  at.skip(2);
  const position = at.position;
  const index = at.u32("a core type index");
  const type = coreTypes[index];
  if (type === undefined) return at.malformed(`there is no core type ${index}`, position, entry.name);
  if (type.kind !== "module") return at.malformed(`core type ${index} is not a module type`, position, entry.name);
  return type.type;
}

/** importname' and exportname' of Binary.md: 0x02 adds a version suffix. */
function readExternName(reader: ByteReader): string {
  const start = reader.position;
  const form = reader.u8("the form of a name");
  if (form > 2) reader.unsupported(`names of form ${hex(form)}`, start);
  const name = reader.name("an import or export name");
  if (form === 2) reader.name("a version suffix");
  return name;
}

const sorts: readonly ComponentSort[] = ["core module", "func", "value", "type", "component", "instance"];

/** externdesc of Binary.md. */
function readExternDescription(reader: ByteReader): ComponentSort {
  const start = reader.position;
  const code = reader.u8("what an import is");
  const sort = sorts[code];
  if (sort === undefined) return reader.unsupported(`imports of sort ${hex(code)}`, start);
  if (sort === "core module") {
    const core = reader.u8("a core sort");
    if (core !== 0x11) reader.malformed(`only core modules can be imported, not core sort ${hex(core)}`, start);
    reader.u32("a core type index");
  } else if (sort === "value") {
    reader.unsupported("value imports and exports", start);
  } else if (sort === "type") {
    const bound = reader.u8("a type bound");
    if (bound > 1) reader.malformed(`a type bound is 0 or 1, not ${bound}`, start);
    if (bound === 0) reader.u32("a type index");
  } else {
    reader.u32("a type index");
  }
  return sort;
}

function readImport(reader: ByteReader): ComponentImport {
  const start = reader.position;
  const name = readExternName(reader);
  const sort = readExternDescription(reader);
  return { name, sort, start, end: reader.position };
}

function readExport(reader: ByteReader): ComponentExport {
  const position = reader.position;
  const name = readExternName(reader);
  const sortAt = reader.position;
  const code = reader.u8("what an export is");
  const sort = sorts[code];
  if (sort === undefined) return reader.unsupported(`exports of sort ${hex(code)}`, sortAt, name);
  if (sort === "core module" && reader.u8("a core sort") !== 0x11) {
    reader.malformed("of the core sorts only modules can be exported", sortAt, name);
  }
  const index = reader.u32("an index");
  const described = reader.u8("a flag");
  if (described > 1) reader.malformed(`a flag is 0 or 1, not ${described}`, reader.position - 1, name);
  if (described === 1) readExternDescription(reader);
  return { name, sort, index, position };
}

import { CodeScanner } from "../read/code-scanner.ts";
import { ComponentError } from "../read/component-error.ts";
import {
  type CoreModule,
  type ModuleImport,
  parseCoreModule,
  type Range,
  rangeReader,
  type SectionName,
} from "../read/core-module.ts";
import { type ExposedGlobal, exposeMutableGlobals } from "../read/global-exports.ts";
import { readLocals } from "../read/instructions.ts";
import { type Limits, MAX_MEMORY_PAGES } from "../read/module-type.ts";
import { OP, opcodes } from "../read/opcodes.ts";
import { ByteWriter, written } from "./byte-writer.ts";
import { TypeTable, writeModule } from "./module-writer.ts";
import { exportSection, missingExports } from "./rewrite-exports.ts";
import { writeDefinedType, writeExternType } from "./write-type.ts";

export interface ThinOptions {
  /** The name under which the thin module imports its memory. */
  memoryImport: { module: string; name: string };
}

export interface ThinModule {
  bytes: Uint8Array<ArrayBuffer>;
  /** The globals that must be set when an image is put in place: all mutable ones, and last the three added ones. */
  globals: ExposedGlobal[];
  /** The limits of the memory that an instance is given, in wasm pages of 64 KiB. */
  memory: Limits;
}

/** Export of the added global with the guest's number of wasm pages. The real memory may have more. */
export const pagesExport = "plinth:pages";
/** Export of the added global that holds how many wasm pages the guest may have. */
export const pageLimitExport = "plinth:page-limit";
/** Export of the added global that becomes 1 when `memory.grow` fails because of the limit. */
export const growRefusedExport = "plinth:grow-refused";

/**
 * Instructions that a thin module cannot have. They read segments that are gone, or write tables, which an instance would
 * carry from one tenant to the next.
 */
const refused = new Set<number>([
  OP.memoryInit,
  OP.dataDrop,
  OP.tableSet,
  OP.tableInit,
  OP.elemDrop,
  OP.tableCopy,
  OP.tableGrow,
  OP.tableFill,
]);

/**
 * Makes a runtime's full core module *thin*. The base image has the result of the start-up, so data and start function go.
 * The memory comes from outside, and every mutable global can be set from outside. Types, functions and globals are added
 * at the end of their index spaces, so no index in the existing code changes. Element segments stay; custom sections go.
 *
 * A restore rolls the guest's own records of its heap back, while the memory keeps the size it has grown to. Therefore
 * `memory.size` reads the global `plinth:pages`. `memory.grow` counts it up to `plinth:page-limit`, and grows the
 * memory only by what it lacks. `plinth:grow-refused` tells that the limit was met. The code that restores must set all
 * three, and must make sure that the memory beyond `plinth:pages` is zero.
 *
 * @throws ComponentError `unsupported` if the module has no or several memories, or an instruction of `refused`
 */
export function thinModule(bytes: Uint8Array, options: ThinOptions): ThinModule {
  const module = parseCoreModule(bytes);
  const [memory] = module.memories;
  if (memory === undefined || module.memories.length > 1) {
    throw new ComponentError("unsupported", `a runtime with ${module.memories.length} memories (it needs one)`, 0);
  }
  const types = new TypeTable(module.types);
  const growType = types.indexOf({ params: ["i32"], results: ["i32"] });
  const pages = module.globals.length;
  const added = { pages, limit: pages + 1, refused: pages + 2, grow: module.functions.length };
  const globals: ExposedGlobal[] = [
    ...exposeMutableGlobals(module),
    { exportName: pagesExport, type: "i32", index: added.pages },
    { exportName: pageLimitExport, type: "i32", index: added.limit },
    { exportName: growRefusedExport, type: "i32", index: added.refused },
  ];

  const sections = new Map<SectionName, Uint8Array>();
  sections.set("type", types.finish());
  sections.set("import", importSection(module, types, options.memoryImport));
  const growFunction = written((writer) => writer.u32(growType));
  sections.set("function", appended(module, "function", growFunction, 1));
  copySection(module, "table", sections);
  copySection(module, "tag", sections);
  sections.set("global", appended(module, "global", pageGlobals(memory.limits), 3));
  const entries = [...module.exports, ...missingExports(module, globals)];
  sections.set("export", exportSection(entries, module.base));
  copySection(module, "element", sections);
  sections.set("code", codeSection(module, added));
  return { bytes: writeModule(sections), globals, memory: memory.limits };
}

function copySection(module: CoreModule, name: SectionName, into: Map<SectionName, Uint8Array>): void {
  const section = module.sections.find((candidate) => candidate.id === name);
  if (section !== undefined) into.set(name, module.bytes.subarray(section.body, section.end));
}

/** The body of a section that is a list, with items added at its end. */
function appended(module: CoreModule, name: SectionName, items: Uint8Array, count: number): Uint8Array {
  const section = module.sections.find((candidate) => candidate.id === name);
  if (section === undefined) return new ByteWriter().u32(count).bytes(items).finish();
  const reader = rangeReader(module, { start: section.body, end: section.end });
  const before = reader.u32();
  const kept = reader.take(reader.remaining);
  return new ByteWriter()
    .u32(before + count)
    .bytes(kept)
    .bytes(items)
    .finish();
}

function importSection(module: CoreModule, types: TypeTable, memoryImport: ThinOptions["memoryImport"]): Uint8Array {
  const imports: Omit<ModuleImport, "position">[] = module.imports.map((entry) =>
    entry.type.kind === "memory" ? { ...entry, ...memoryImport } : entry,
  );
  if (module.imported.memory === 0) imports.push({ ...memoryImport, type: module.memories[0]! });
  return written((writer) =>
    writer.list(imports, (w, entry) => {
      w.name(entry.module).name(entry.name);
      writeExternType(w, entry.type, (type) => types.indexOf(type));
    }),
  );
}

function pageGlobals(limits: Limits): Uint8Array {
  const writer = new ByteWriter();
  for (const value of [limits.min, limits.max ?? MAX_MEMORY_PAGES, 0]) {
    writeDefinedType(writer, { kind: "global", type: "i32", mutable: true });
    writer.u8(OP.i32Const).s32(value).u8(OP.end);
  }
  return writer.finish();
}

interface Added {
  pages: number;
  limit: number;
  refused: number;
  grow: number;
}

function codeSection(module: CoreModule, added: Added): Uint8Array {
  const writer = new ByteWriter().u32(module.bodies.length + 1);
  for (const body of module.bodies) writer.sized(accountedBody(module, body, added));
  return writer.sized(growBody(added)).finish();
}

/** Replaces `memory.size` and `memory.grow` in a function's body. @returns the same bytes if it has neither */
function accountedBody(module: CoreModule, body: Range, added: Added): Uint8Array {
  const locals = rangeReader(module, body);
  readLocals(locals);
  const code = new CodeScanner(module.bytes, { start: locals.position, end: body.end, base: module.base });
  let writer: ByteWriter | undefined;
  let copied = body.start;
  while (code.next()) {
    const { opcode, start } = code;
    if (refused.has(opcode)) {
      const name = opcodes.get(opcode)?.name;
      throw new ComponentError("unsupported", `${name} in a runtime's module`, module.base + start);
    }
    if (opcode !== OP.memorySize && opcode !== OP.memoryGrow) continue;
    writer ??= new ByteWriter();
    writer.bytes(module.bytes.subarray(copied, start));
    if (opcode === OP.memorySize) writer.u8(OP.globalGet).u32(added.pages);
    else writer.u8(OP.call).u32(added.grow);
    copied = code.position;
  }
  if (writer === undefined) return module.bytes.subarray(body.start, body.end);
  return writer.bytes(module.bytes.subarray(copied, body.end)).finish();
}

/**
 * ```
 * (func $grow (param $n i32) (result i32) (local $lacking i32)
 *   if (limit <u pages || n >u limit - pages) { refused = 1; return -1 }
 *   lacking = pages + n - memory.size          ;; none of them exceeds 65,536: no overflow
 *   if (lacking >s 0 && memory.grow(lacking) == -1) return -1
 *   push pages; pages = pages + n)             ;; returns what was there before
 * ```
 */
function growBody({ pages, limit, refused }: Added): Uint8Array {
  const [n, lacking] = [0, 1];
  const empty = 0x40;
  const global = (op: number, index: number) => [op, ...written((w) => w.u32(index))];
  const getPages = global(OP.globalGet, pages);
  const getLimit = global(OP.globalGet, limit);
  const minusOne = [OP.i32Const, 0x7f];
  return new Uint8Array([
    ...[1, 1, 0x7f],
    ...[...getLimit, ...getPages, OP.i32LtU],
    ...[OP.localGet, n, ...getLimit, ...getPages, OP.i32Sub, OP.i32GtU, OP.i32Or],
    ...[OP.if, empty, OP.i32Const, 1, ...global(OP.globalSet, refused), ...minusOne, OP.return, OP.end],
    ...[...getPages, OP.localGet, n, OP.i32Add, OP.memorySize, 0, OP.i32Sub, OP.localTee, lacking],
    ...[OP.i32Const, 0, OP.i32GtS, OP.if, empty],
    ...[OP.localGet, lacking, OP.memoryGrow, 0, ...minusOne, OP.i32Eq, OP.if, empty, ...minusOne, OP.return, OP.end],
    OP.end,
    ...getPages,
    ...[...getPages, OP.localGet, n, OP.i32Add, ...global(OP.globalSet, pages)],
    OP.end,
  ]);
}

import { ComponentError } from "../read/component-error.ts";
import { type CoreModule, exportType, type SectionName } from "../read/core-module.ts";
import type { ExternType, ModuleType, ValueType } from "../read/module-type.ts";
import { OP } from "../read/opcodes.ts";
import { ByteWriter, written } from "./byte-writer.ts";
import { TypeTable, writeModule } from "./module-writer.ts";
import { kindCodes, writeDefinedType, writeExternType } from "./write-type.ts";

/** The outside of a stub: its imports and exports. */
export interface StubShape {
  imports: ModuleType["imports"];
  /** `imported`: the export is the import of that index in the index space of its kind, not a definition. */
  exports: readonly { name: string; type: ExternType; imported?: number }[];
}

/**
 * Makes a minimal core module of the given type. Its functions trap, its memories and tables are as small as the type
 * allows, and its globals are zero.
 *
 * @param marker contents of a custom section `plinth:module`, so that the stub can be told from others of its type
 * @throws ComponentError `unsupported` if there can be no stub (more than one memory)
 */
export function stubModule(type: StubShape, marker?: Uint8Array): Uint8Array<ArrayBuffer> {
  const types = new TypeTable();
  const counts = { function: 0, table: 0, memory: 0, global: 0 };
  for (const entry of type.imports) counts[entry.type.kind]++;
  const imports = written((writer) =>
    writer.list(type.imports, (w, entry) => {
      w.name(entry.module).name(entry.name);
      writeExternType(w, entry.type, (func) => types.indexOf(func));
    }),
  );

  const functions: number[] = [];
  const defined = { table: new ByteWriter(), memory: new ByteWriter(), global: new ByteWriter() };
  const added = { function: 0, table: 0, memory: 0, global: 0 };
  const exports = written((writer) =>
    writer.list(type.exports, (w, { name, type: exported, imported }) => {
      w.name(name).u8(kindCodes[exported.kind]);
      if (imported !== undefined) {
        w.u32(imported);
        return;
      }
      w.u32(counts[exported.kind] + added[exported.kind]++);
      if (exported.kind === "function") {
        functions.push(types.indexOf(exported));
        return;
      }
      writeDefinedType(defined[exported.kind], exported);
      if (exported.kind === "global") writeZero(defined.global, exported.type);
    }),
  );
  if (counts.memory + added.memory > 1) {
    throw new ComponentError("unsupported", "a core module with more than one memory", 0);
  }

  const sections = new Map<SectionName, Uint8Array>();
  if (types.types.length > 0) sections.set("type", types.finish());
  if (type.imports.length > 0) sections.set("import", imports);
  if (functions.length > 0) {
    sections.set(
      "function",
      written((writer) => writer.list(functions, (w, index) => w.u32(index))),
    );
    const body = [0x00, OP.unreachable, OP.end];
    sections.set(
      "code",
      written((writer) => writer.list(functions, (w) => w.u32(body.length).bytes(body))),
    );
  }
  for (const kind of ["table", "memory", "global"] as const) {
    if (added[kind] > 0)
      sections.set(
        kind,
        written((w) => w.u32(added[kind]).bytes(defined[kind].finish())),
      );
  }
  if (type.exports.length > 0) sections.set("export", exports);
  return writeModule(sections, marker === undefined ? [] : [{ name: stubMarker, contents: marker }]);
}

export const stubMarker = "plinth:module";

/** Makes the stub of a module: the same imports and exports, and no code. */
export function stubShape(module: CoreModule): StubShape {
  return {
    imports: module.imports,
    exports: module.exports.map((entry) => ({
      name: entry.name,
      type: exportType(module, entry),
      ...(entry.index < module.imported[entry.kind] && { imported: entry.index }),
    })),
  };
}

/** The initial value of a stub's global. */
function writeZero(writer: ByteWriter, type: ValueType): void {
  switch (type) {
    case "i32":
      writer.u8(OP.i32Const, 0);
      break;
    case "i64":
      writer.u8(OP.i64Const, 0);
      break;
    case "f32":
      writer.u8(OP.f32Const, 0, 0, 0, 0);
      break;
    case "f64":
      writer.u8(OP.f64Const, 0, 0, 0, 0, 0, 0, 0, 0);
      break;
    case "funcref":
      writer.u8(OP.refNull, 0x70);
      break;
    case "externref":
      writer.u8(OP.refNull, 0x6f);
      break;
    case "exnref":
      writer.u8(OP.refNull, 0x69);
      break;
    case "v128":
      writer.u8(0xfd, 0x0c).bytes(new Uint8Array(16));
      break;
  }
  writer.u8(OP.end);
}

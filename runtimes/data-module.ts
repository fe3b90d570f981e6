import type { AllowedImport, TenantPolicy } from "../host/component/policy/tenant-policy.ts";
import type { SectionName } from "../host/component/read/core-module.ts";
import type { ModuleType } from "../host/component/read/module-type.ts";
import { OP } from "../host/component/read/opcodes.ts";
import { ByteWriter, written } from "../host/component/write/byte-writer.ts";
import { TypeTable, writeModule } from "../host/component/write/module-writer.ts";
import { resumableExports } from "../host/component/write/resumable-world.ts";
import { runtimeInstance } from "../host/component/write/slim-component.ts";
import { writeExternType } from "../host/component/write/write-type.ts";

const imports: AllowedImport[] = [
  { module: runtimeInstance, name: "memory", kind: "memory", limits: { min: 1 } },
  {
    module: runtimeInstance,
    name: "cabi_realloc",
    kind: "function",
    params: ["i32", "i32", "i32", "i32"],
    results: ["i32"],
  },
  { module: runtimeInstance, name: "load", kind: "function", params: ["i32", "i32"], results: ["i32"] },
];

/**
 * The core module of a tenant whose program is data to its runtime: source text, or bytecode. The program is passive
 * data, and a start function hands it to the runtime's `load`, which gives 0 where the program has started.
 *
 * ```
 * (module
 *   (import "rt" "memory" (memory 1))
 *   (import "rt" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
 *   (import "rt" "load" (func $load (param i32 i32) (result i32)))
 *   (start $start)
 *   (func $start (local $at i32)
 *     (memory.init $program
 *       (local.tee $at (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.const LENGTH)))
 *       (i32.const 0) (i32.const LENGTH))
 *     (if (call $load (local.get $at) (i32.const LENGTH)) (then unreachable)))
 *   (data $program "..."))
 * ```
 *
 * The runtime's policy for uploads is then `dataModulePolicy`, and components expect `dataRuntimeExports` of it.
 */
export function dataModule(program: Uint8Array): Uint8Array<ArrayBuffer> {
  const types = new TypeTable();
  const importSection = written((writer) =>
    writer.list(imports, (w, entry) => {
      w.name(entry.module).name(entry.name);
      writeExternType(w, entry, (type) => types.indexOf(type));
    }),
  );
  const startType = types.indexOf({ params: [], results: [] });
  const [realloc, load, start] = [0, 1, 2];
  const empty = 0x40;
  const number = (value: number) => [OP.i32Const, ...written((w) => w.s32(value))];
  const body = new Uint8Array([
    ...[1, 1, 0x7f],
    ...[...number(0), ...number(0), ...number(1), ...number(program.length), OP.call, realloc, OP.localTee, 0],
    ...[...number(0), ...number(program.length), 0xfc, OP.memoryInit & 0xff, 0, 0],
    ...[OP.localGet, 0, ...number(program.length), OP.call, load],
    ...[OP.if, empty, OP.unreachable, OP.end],
    OP.end,
  ]);
  const passive = 1;
  return writeModule(
    new Map<SectionName, Uint8Array>([
      ["type", types.finish()],
      ["import", importSection],
      ["function", written((w) => w.u32(1).u32(startType))],
      ["start", written((w) => w.u32(start))],
      ["dataCount", written((w) => w.u32(1))],
      ["code", new ByteWriter().u32(1).sized(body).finish()],
      ["data", new ByteWriter().u32(1).u8(passive).sized(program).finish()],
    ]),
  );
}

/** The rules for such a module: it is what `dataModule` writes, and no more. */
export const dataModulePolicy: TenantPolicy = {
  sections: ["type", "import", "function", "start", "dataCount", "code", "data"],
  imports,
  opcodes: ["unreachable", "if", "end", "call", "local.get", "local.tee", "i32.const", "memory.init"],
  exports: [],
  start: true,
  dataModes: ["passive"],
  maxFunctions: 1,
  maxDataBytes: 16 << 20,
  maxLocals: 4,
};

const [realloc, ...steps] = resumableExports;

/** The exports that a slim component with such a module expects of its runtime. */
export const dataRuntimeExports: ModuleType["exports"] = [
  { name: "memory", type: { kind: "memory", limits: { min: 1 } } },
  realloc!,
  { name: "load", type: { kind: "function", params: ["i32", "i32"], results: ["i32"] } },
  ...steps,
];

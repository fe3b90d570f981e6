/** Merges the engine and the adapter into one core module that exports the runtime ABI and nothing else. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type CoreModule,
  parseCoreModule,
  rangeReader,
  type SectionName,
} from "../../host/component/read/core-module.ts";
import { InstructionReader } from "../../host/component/read/instructions.ts";
import { OP } from "../../host/component/read/opcodes.ts";
import { ByteWriter } from "../../host/component/write/byte-writer.ts";
import { writeModule } from "../../host/component/write/module-writer.ts";
import { exportSection } from "../../host/component/write/rewrite-exports.ts";
import { writeDefinedType } from "../../host/component/write/write-type.ts";
import { adapterParts } from "./adapter.ts";
import type { Engine } from "./engine.ts";

/** The exports of the finished runtime. The merged module also exports `plinth:init`, for the packager alone. */
export const abiExports = [
  "memory",
  "cabi_realloc",
  "load",
  "plinth:http/resumable@0.1.0#start",
  "plinth:http/resumable@0.1.0#resume",
  "plinth:http/resumable-scheduled@0.1.0#run",
] as const;

/** The end of the adapter's state. The engine's data may begin here. */
const stateEnd = 1024;

/** The engine and the adapter use these features, which binaryen refuses by default. */
const features = ["bulk-memory", "bulk-memory-opt", "mutable-globals", "nontrapping-float-to-int", "sign-ext"];

/** @throws Error when the engine lacks something that the adapter needs, or when binaryen refuses the result */
export function assemble(engine: Engine): Uint8Array {
  const work = mkdtempSync(join(tmpdir(), "plinth-js-"));
  try {
    const path = (name: string) => join(work, name);
    const open = openTable(engine.module);
    writeFileSync(path("engine.wasm"), open.bytes);
    const inputs = [path("engine.wasm"), "engine"];
    for (const [index, { module, text }] of adapterParts(engine, open.free).entries()) {
      const file = path(`part-${index}.wat`);
      writeFileSync(file, text);
      inputs.push(file, module);
    }
    binaryen("wasm-merge", [...inputs, "-o", path("merged.wasm")]);
    // The ABI's exports are the roots. Everything that no root reaches is removed, above all the engine's own exports.
    const roots = [...abiExports, "plinth:init"].map((name) => ({ name: `root ${name}`, root: true, export: name }));
    writeFileSync(path("roots.json"), JSON.stringify(roots));
    binaryen("wasm-metadce", [path("merged.wasm"), "--graph-file", path("roots.json"), "-o", path("module.wasm")]);
    const bytes = new Uint8Array(readFileSync(path("module.wasm")));
    check(bytes);
    return bytes;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Exports the engine's function table and makes it one entry longer. The adapter puts a function there that the engine
 * calls back.
 */
function openTable(bytes: Uint8Array): { bytes: Uint8Array; free: number } {
  const module = parseCoreModule(bytes);
  checkStateIsFree(module);
  const [table] = module.tables;
  if (!table || module.tables.length > 1) throw new Error(`the engine has ${module.tables.length} tables, not one`);
  const free = table.limits.min;
  const sections = new Map<SectionName, Uint8Array>();
  for (const { id, body, end } of module.sections) if (id !== "custom") sections.set(id, bytes.subarray(body, end));
  const limits = { min: free + 1, max: free + 1 };
  sections.set("table", new ByteWriter().list([{ ...table, limits }], writeDefinedType).finish());
  sections.set("export", exportSection([...module.exports, { name: "table", kind: "table", index: 0 }], 0));
  return { bytes: writeModule(sections), free };
}

/** The adapter keeps its state in the memory before emscripten's data (adapter/state.wat). */
function checkStateIsFree(module: CoreModule): void {
  for (const { offset } of module.data) {
    const start = offset && new InstructionReader(rangeReader(module, offset)).next();
    if (start?.opcode !== OP.i32Const || start.operands[0]! < stateEnd)
      throw new Error(`the engine has data that does not lie beyond address ${stateEnd}`);
  }
}

function binaryen(tool: string, args: string[]): void {
  const folder = dirname(createRequire(import.meta.url).resolve("binaryen/package.json"));
  execFileSync(process.execPath, [join(folder, "bin", tool), ...args, ...features.map((name) => `--enable-${name}`)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function check(bytes: Uint8Array): void {
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const foreign = WebAssembly.Module.imports(module).filter((entry) => entry.module !== "plinth:host");
  if (foreign.length)
    throw new Error(`the merged module still imports ${foreign.map((e) => `${e.module}.${e.name}`).join(", ")}`);
  const names = new Set(WebAssembly.Module.exports(module).map((entry) => entry.name));
  for (const name of abiExports) if (!names.has(name)) throw new Error(`the merged module does not export ${name}`);
}

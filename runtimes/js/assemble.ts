/** Engine + adapter -> one core module with the runtime ABI and nothing else. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseCoreModule, type SectionName } from "../../host/component/read/core-module.ts";
import { ByteWriter } from "../../host/component/write/byte-writer.ts";
import { writeModule } from "../../host/component/write/module-writer.ts";
import { exportSection } from "../../host/component/write/rewrite-exports.ts";
import { writeDefinedType } from "../../host/component/write/write-type.ts";
import type { Engine } from "./engine.ts";

/** What stays exported of the merged module; `plinth:init` is for the packager alone. */
export const abiExports = [
  "memory",
  "cabi_realloc",
  "load",
  "plinth:http/resumable@0.1.0#start",
  "plinth:http/resumable@0.1.0#resume",
] as const;

/** The features that the engine and the adapter are built with; binaryen otherwise refuses them. */
const features = ["bulk-memory", "bulk-memory-opt", "mutable-globals", "nontrapping-float-to-int", "sign-ext"];

/** @throws Error when the engine lacks something that the adapter needs, or when binaryen refuses the result */
export function assemble(engine: Engine): Uint8Array {
  const work = mkdtempSync(join(tmpdir(), "plinth-js-"));
  try {
    const path = (name: string) => join(work, name);
    const open = openTable(engine.module);
    writeFileSync(path("engine.wasm"), open.bytes);
    writeFileSync(path("adapter.wat"), adapterFor(engine, open.free));
    binaryen("wasm-merge", [
      path("engine.wasm"),
      "engine",
      path("adapter.wat"),
      engine.importModule,
      "-o",
      path("merged.wasm"),
    ]);
    // Keep the ABI as roots; what nothing reaches goes, the engine's own exports first of all.
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
 * The engine with its function table exported and one entry longer: that is where the adapter puts a function that the engine is
 * to call back.
 */
function openTable(bytes: Uint8Array): { bytes: Uint8Array; free: number } {
  const module = parseCoreModule(bytes);
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

/** The adapter's text with the engine's names in it, and the number of the table's free entry. */
function adapterFor(engine: Engine, free: number): string {
  const source = readFileSync(new URL("adapter.wat", import.meta.url), "utf8");
  const answered = new Set<string>();
  const text = source
    .replaceAll("ENGINE_TABLE_SIZE", String(free + 1))
    .replaceAll("ENGINE_TABLE_FREE", String(free))
    .replace(/\(import "engine" "(\w+)" \(func/g, (_, readable: string) => {
      const name = engine.exports.get(readable);
      if (!name) throw new Error(`${engine.variant} ${engine.version} has no export ${readable}`);
      return `(import "engine" "${name}" (func`;
    })
    .replace(/\(export "engine:(\w+)"\)/g, (_, readable: string) => {
      answered.add(readable);
      const name = engine.imports.get(readable);
      // Not every variant imports all that the adapter offers.
      return name ? `(export "${name}")` : "";
    });
  for (const readable of engine.imports.keys()) {
    if (!answered.has(readable))
      throw new Error(`${engine.variant} ${engine.version} imports ${readable}, which the adapter lacks`);
  }
  return text;
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

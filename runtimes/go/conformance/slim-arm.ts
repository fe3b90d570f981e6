/** Runs a slim test binary on the base, as a host starts a tenant. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compilePolicy } from "../../../host/component/policy/tenant-policy.ts";
import { validateTenantModule } from "../../../host/component/policy/validate-tenant-module.ts";
import { servingForm } from "../../../host/component/write/serving-form.ts";
import { growRefusedExport, pageLimitExport, pagesExport } from "../../../host/component/write/thin-module.ts";
import { BaseImage, SlotMemory, WASM_PAGE_BYTES } from "../../../host/memory/index.ts";
import { type RuntimeManifest, readManifest } from "../../../host/runtime/manifest.ts";
import { TestWasi, type WasiSettings } from "./wasi.ts";

export interface SlimJob {
  module: string;
  /** Folder of the runtime package. */
  runtime: string;
  /** What the tests may have, in wasm pages of 64 KiB. */
  memoryPages: number;
  /** The memory is restored before each run. */
  runs: number;
}

/** What a slot has beyond the image when it is made, bytes. */
const HEADROOM_BYTES = 8 << 20;

/** @param ended is told of what ended each run: tests end by exiting */
export function runSlim(job: SlimJob, settings: WasiSettings, ended: (error: unknown) => void): void {
  const manifest = readManifest(JSON.parse(readFileSync(join(job.runtime, "runtime.json"), "utf8")));
  const bytes = new Uint8Array(readFileSync(job.module));
  validateTenantModule(bytes, compilePolicy(manifest.policy));
  const { count } = servingForm(bytes).functions;
  const program = new WebAssembly.Module(bytes);
  const slot = new Slot(job, manifest, settings);
  for (let run = 0; run < job.runs; run++) {
    slot.restore(job.memoryPages);
    slot.reserve(count);
    try {
      // The start function initialises the packages and runs main.
      new WebAssembly.Instance(program, { rt: slot.runtime.exports });
      throw new Error("the tests have returned without an exit");
    } catch (error) {
      ended(error);
    }
  }
}

class Slot {
  readonly runtime: WebAssembly.Instance;
  readonly #manifest: RuntimeManifest;
  readonly #memory: SlotMemory;
  readonly #pages: number;

  constructor({ runtime }: SlimJob, manifest: RuntimeManifest, settings: WasiSettings) {
    this.#manifest = manifest;
    const read = (file: "module" | "thin") =>
      new WebAssembly.Module(new Uint8Array(readFileSync(join(runtime, manifest.files[file].path))));
    const start = startBase(read("module"), settings);
    const started = new Uint8Array((start.memory as WebAssembly.Memory).buffer);
    this.#pages = started.length / WASM_PAGE_BYTES;
    const base = BaseImage.create(started, { extendBytes: HEADROOM_BYTES });
    const memory = new WebAssembly.Memory({
      initial: base.byteLength / WASM_PAGE_BYTES,
      maximum: manifest.memory.maximumPages,
    });
    this.#memory = new SlotMemory(memory, base);
    const wasi = new TestWasi(settings);
    this.runtime = new WebAssembly.Instance(read("thin"), importsOf(manifest, wasi, memory));
    wasi.bind(this.runtime, memory);
  }

  restore(memoryPages: number): void {
    this.#memory.switchTo([]);
    this.#export<WebAssembly.Global>(pagesExport).value = this.#pages;
    this.#export<WebAssembly.Global>(pageLimitExport).value = Math.max(memoryPages, this.#pages);
    this.#export<WebAssembly.Global>(growRefusedExport).value = 0;
  }

  /** Room in the table for a program's functions. */
  reserve(count: number): void {
    const table = this.#export<WebAssembly.Table>("table");
    const lacking = this.#manifest.layout!.functions.first + count - table.length;
    if (lacking > 0) table.grow(lacking);
  }

  #export<T>(name: string): T {
    return this.runtime.exports[name] as T;
  }
}

/**
 * The base after its start-up. The package's image was started without arguments, environment and files, which the runtime
 * asks for once and tests need: so it is started here as that image was, but with them.
 */
function startBase(module: WebAssembly.Module, settings: WasiSettings): WebAssembly.Exports {
  const wasi = new TestWasi(settings);
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= from === "wasi_snapshot_preview1" ? wasi.imports : {};
    imports[from][name] ??= () => 0;
  }
  const instance = new WebAssembly.Instance(module, imports);
  wasi.bind(instance, instance.exports.memory as WebAssembly.Memory);
  (instance.exports._initialize as () => void)();
  return instance.exports;
}

function importsOf(manifest: RuntimeManifest, wasi: TestWasi, memory: WebAssembly.Memory): WebAssembly.Imports {
  const imports: WebAssembly.Imports = { wasi_snapshot_preview1: wasi.imports };
  for (const { module, name } of manifest.imports) {
    imports[module] ??= {};
    imports[module][name] ??= () => 0;
  }
  const log = (_level: number, at: number, length: number) =>
    void process.stderr.write(`${Buffer.from(memory.buffer, at, length).toString()}\n`);
  imports["plinth:host"] = { ...imports["plinth:host"], log, memory };
  return imports;
}

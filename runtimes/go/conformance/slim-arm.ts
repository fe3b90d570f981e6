/** Runs a slim test binary on the base, as a host starts a tenant. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EarlyBindings } from "../../../host/bindings/worker-bindings.ts";
import { compilePolicy } from "../../../host/component/policy/tenant-policy.ts";
import { validateTenantModule } from "../../../host/component/policy/validate-tenant-module.ts";
import { servingForm } from "../../../host/component/write/serving-form.ts";
import { BaseImage, probeMemoryStrategy, WASM_PAGE_BYTES } from "../../../host/memory/index.ts";
import { makeHandle } from "../../../host/runtime/handle.ts";
import { type RuntimeManifest, readManifest } from "../../../host/runtime/manifest.ts";
import { PREVIEW1 } from "../../../host/wasi/preview1.ts";
import { Slot } from "../../../host/worker/slot.ts";
import { TestWasi, type WasiSettings } from "./wasi.ts";

export interface SlimJob {
  module: string;
  /** Folder of the runtime package. */
  runtime: string;
  /** Memory limit of the tests, in wasm pages of 64 KiB. */
  memoryPages: number;
  /** Number of runs. The memory is restored before each run. */
  runs: number;
}

/** @param ended gets the error that ended each run, because tests end by exiting */
export function runSlim(job: SlimJob, settings: WasiSettings, ended: (error: unknown) => void): void {
  const manifest = readManifest(JSON.parse(readFileSync(join(job.runtime, "runtime.json"), "utf8")));
  const bytes = new Uint8Array(readFileSync(job.module));
  validateTenantModule(bytes, compilePolicy(manifest.policy));
  const { count } = servingForm(bytes).functions;
  const program = new WebAssembly.Module(bytes);
  const slot = makeSlot(job, manifest, settings);
  // Tests have no limit of time or of their log. The log goes to standard error at once.
  const none = { cpuMs: Number.POSITIVE_INFINITY, hardMs: Number.POSITIVE_INFINITY, responseBodyBytes: 0 };
  const limits = { ...none, memoryPages: job.memoryPages, logBytes: 0, operations: Number.POSITIVE_INFINITY };
  for (let run = 0; run < job.runs; run++) {
    slot.switchTo(slot.baseState, limits, 1);
    slot.reserveFunctions(count);
    try {
      // The start function initialises the packages and runs main.
      slot.startTenant({
        instantiate: ({ exports }) => void new WebAssembly.Instance(program, { rt: { ...exports } }),
      });
      throw new Error("the tests have returned without an exit");
    } catch (error) {
      ended(error);
    }
  }
}

/** The slot of the host, but with the tests' WASI, on a base that was started with the same WASI. */
function makeSlot({ runtime }: SlimJob, manifest: RuntimeManifest, settings: WasiSettings): Slot {
  const read = (file: "module" | "thin") =>
    new WebAssembly.Module(new Uint8Array(readFileSync(join(runtime, manifest.files[file].path))));
  const image = new Uint8Array((startBase(read("module"), settings).memory as WebAssembly.Memory).buffer);
  const memory = { ...manifest.memory, initialPages: image.length / WASM_PAGE_BYTES };
  const handle = makeHandle({ ...manifest, memory }, read("thin"), image);
  const wasi = new TestWasi(settings);
  let linear: WebAssembly.Memory;
  const imports = (own: WebAssembly.Memory): WebAssembly.Imports => {
    linear = own;
    const log = (_level: number, at: number, length: number) =>
      void process.stderr.write(`${Buffer.from(own.buffer, at >>> 0, length).toString()}\n`);
    return { [PREVIEW1]: wasi.imports, "plinth:host": { log } };
  };
  const slot = new Slot(handle, BaseImage.open(handle.base), probeMemoryStrategy().best, new EarlyBindings([]), {
    imports,
  });
  wasi.bind(slot.instance, linear!);
  return slot;
}

/**
 * The base after its start-up. The package's image was started without arguments, environment and files. Tests need these,
 * and the runtime asks for them only once. So the base is started here again, with them.
 */
function startBase(module: WebAssembly.Module, settings: WasiSettings): WebAssembly.Exports {
  const wasi = new TestWasi(settings);
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= from === PREVIEW1 ? wasi.imports : {};
    imports[from][name] ??= () => 0;
  }
  const instance = new WebAssembly.Instance(module, imports);
  wasi.bind(instance, instance.exports.memory as WebAssembly.Memory);
  (instance.exports._initialize as () => void)();
  return instance.exports;
}

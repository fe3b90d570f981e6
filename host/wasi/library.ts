/**
 * Copies of @wasmer/wasi, one for each request.
 *
 * The library is WebAssembly itself. One instance with one linear memory holds the arguments, variables, descriptors
 * and in-memory files of all programs that it runs, and a panic leaves all of them undefined. Tenants must not meet
 * there. So its script, which is compiled once, is evaluated anew for each request. A copy costs about a millisecond.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import type * as wasmer from "@wasmer/wasi";
import { limitMemories } from "../component/static/memory-limit.ts";
import type { MemoryWatch } from "../component/static/types.ts";

export type WasiLibrary = Pick<typeof wasmer, "WASI" | "init">;

/** Pages of 64 KiB that a copy may have for a command's files and its own needs, beyond the request's body. */
const OWN_PAGES = 512;
/**
 * Copies of the body at worst while it is handed over: the argument, the pipe, and the pipe's old and new buffer as it
 * grows.
 */
const BODY_COPIES = 4;
/** Limits are rounded up to this, so that few modules are compiled. */
const STEP_PAGES = 512;

const require = createRequire(import.meta.url);

interface Script {
  evaluate(exports: object, require: NodeJS.Require, module: object, engine: typeof WebAssembly): void;
  /** The library's WebAssembly module, which its script carries as a data URL. */
  wasm: Uint8Array;
}

let script: Script | undefined;
const modules = new Map<number, WebAssembly.Module>();

/**
 * @param stdinBytes of the request that the copy is for. A command that fills the copy's memory with files traps.
 * @param watch is told of the copy's memory
 */
export async function copyLibrary(stdinBytes: number, watch?: MemoryWatch): Promise<WasiLibrary> {
  script ??= readScript();
  const exports = {} as WasiLibrary;
  script.evaluate(exports, require, { exports, require }, engineWith(watch));
  await exports.init(moduleFor(script.wasm, stdinBytes));
  return exports;
}

/** The library's own modules that this thread has compiled. */
export function libraryModules(): WebAssembly.Module[] {
  return [...modules.values()];
}

/**
 * A `WebAssembly` that shows the memory: the script instantiates its module by itself, and keeps the instance to
 * itself.
 */
function engineWith(watch: MemoryWatch | undefined): typeof WebAssembly {
  return Object.assign(Object.create(WebAssembly), {
    async instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports) {
      const instance = await WebAssembly.instantiate(module, imports);
      watch?.memory(instance.exports.memory as WebAssembly.Memory);
      return instance;
    },
  });
}

function readScript(): Script {
  const filename = require.resolve("@wasmer/wasi");
  const source = readFileSync(filename, "utf8");
  const wasm = /"data:application\/wasm;base64,([A-Za-z0-9+/=]+)"/.exec(source)?.[1];
  if (wasm === undefined) throw new Error(`${filename} carries no WebAssembly module where it is expected`);
  return {
    evaluate: compileFunction(source, ["exports", "require", "module", "WebAssembly"], {
      filename,
    }) as Script["evaluate"],
    wasm: Buffer.from(wasm, "base64"),
  };
}

function moduleFor(wasm: Uint8Array, stdinBytes: number): WebAssembly.Module {
  const needed = OWN_PAGES + Math.ceil((stdinBytes * BODY_COPIES) / 65_536);
  const pages = Math.min(Math.ceil(needed / STEP_PAGES) * STEP_PAGES, 65_536);
  let module = modules.get(pages);
  if (module === undefined) {
    module = new WebAssembly.Module(limitMemories(wasm, pages) as Uint8Array<ArrayBuffer>);
    modules.set(pages, module);
  }
  return module;
}

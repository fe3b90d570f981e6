/** The base image of a runtime: its linear memory and globals after its own start-up, before any tenant. */
import { pageLimitExport, pagesExport, type ThinModule } from "../host/component/write/thin-module.ts";
import { MAX_WASM_PAGES, PAGE_BYTES, WASM_PAGE_BYTES } from "../host/memory/page-size.ts";
import type { ImageGlobal } from "../host/runtime/manifest.ts";

/** The import by which thin modules get their memory. */
export const memoryImport = { module: "plinth:host", name: "memory" } as const;

export interface BaseImage {
  /** The memory up to its last page of 4 KiB that is not zero. */
  readonly bytes: Uint8Array;
  /** The size of the memory in wasm pages of 64 KiB. */
  readonly pages: number;
  readonly globals: ImageGlobal[];
}

/** A runtime whose own start-up has yet to run: `exports` has the functions for it. */
export interface StartingRuntime {
  readonly exports: WebAssembly.Exports;
  readonly memory: WebAssembly.Memory;
  /** Captures the memory and globals that the start-up has left. */
  capture(): BaseImage;
}

/**
 * Instantiates the thin module, which slots will run, on the memory of the full module. The full module has put its data in
 * place, and none of its code has run. So what the image holds was made by the code that slots run.
 *
 * @param full without a start function
 * @param thin made of `full`, with the exports that start the runtime
 * @param importsOf gives a module all its imports except the memory. `memory` is there once the module has been
 *   instantiated
 */
export function startThin(
  full: Uint8Array,
  thin: ThinModule,
  importsOf: (module: WebAssembly.Module, memory: () => WebAssembly.Memory) => WebAssembly.Imports,
): StartingRuntime {
  let memory: WebAssembly.Memory | undefined;
  const instantiate = (bytes: Uint8Array) => {
    const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    const imports = importsOf(module, () => memory!);
    if (memory !== undefined) imports[memoryImport.module] = { ...imports[memoryImport.module], memory };
    return new WebAssembly.Instance(module, imports).exports;
  };
  memory = instantiate(full).memory as WebAssembly.Memory;
  const exports = instantiate(thin.bytes);
  const pages = exports[pagesExport] as WebAssembly.Global<"i32">;
  pages.value = memory.buffer.byteLength / WASM_PAGE_BYTES;
  (exports[pageLimitExport] as WebAssembly.Global<"i32">).value = thin.memory.max ?? MAX_WASM_PAGES;
  const started = memory;
  return {
    exports,
    memory,
    capture: () => ({
      bytes: upToLastPage(new Uint8Array(started.buffer)),
      pages: pages.value,
      globals: thin.globals.map(({ exportName, type }) => imageGlobal(exportName, type, exports[exportName])),
    }),
  };
}

function imageGlobal(name: string, type: string, exported: unknown): ImageGlobal {
  if (!(exported instanceof WebAssembly.Global)) throw new Error(`the thin module exports no global ${name}`);
  if (type !== "i32" && type !== "i64" && type !== "f32" && type !== "f64")
    throw new Error(`the global ${name} is a ${type}`);
  const value: unknown = exported.value;
  return { export: name, type, value: typeof value === "bigint" ? value.toString() : Number(value) };
}

function upToLastPage(memory: Uint8Array): Uint8Array {
  const words = new BigUint64Array(memory.buffer);
  let end = words.length;
  while (end > 0 && words[end - 1] === 0n) end--;
  return memory.slice(0, Math.ceil((end * 8) / PAGE_BYTES) * PAGE_BYTES);
}

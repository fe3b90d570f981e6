/** The base image: what linear memory and globals hold once the Go runtime and the base's packages are initialised. */
import { pageLimitExport, pagesExport, type ThinModule } from "../../host/component/write/thin-module.ts";
import type { ImageGlobal } from "../../host/runtime/manifest.ts";
import { StartupWasi } from "./startup-wasi.ts";

export const memoryImport = { module: "plinth:host", name: "memory" } as const;

/** The reactor's entry point: the runtime's start-up and all init functions. Slots do not have it. */
const initializeExport = "_initialize";

const WASM_PAGE_BYTES = 65_536;
const PAGE_BYTES = 4096;

export interface CapturedImage {
  /** Memory up to its last page of 4 KiB that is not zero. */
  bytes: Uint8Array;
  /** Size of the memory in wasm pages of 64 KiB. */
  pages: number;
  globals: ImageGlobal[];
}

/**
 * Starts the runtime as slots run it, that is as the thin module, on the memory of the full one, whose data is in place and
 * whose code has not run.
 *
 * There is no garbage collection before the capture: it leaves marks and lists that the first collection in a tenant changes
 * all over again (docs/reference/go-linking.md, "The base image").
 *
 * @param thin made of `full`, with `_initialize`
 * @throws Error with what the runtime printed when it does not start
 */
export function captureImage(full: Uint8Array, thin: ThinModule): CapturedImage {
  const wasi = new StartupWasi();
  const start = instantiate(full, wasi, {});
  const memory = start.memory as WebAssembly.Memory;
  wasi.setMemory(memory);
  const runtime = instantiate(thin.bytes, wasi, { [memoryImport.module]: { [memoryImport.name]: memory } });
  const pages = runtime[pagesExport] as WebAssembly.Global<"i32">;
  pages.value = memory.buffer.byteLength / WASM_PAGE_BYTES;
  (runtime[pageLimitExport] as WebAssembly.Global<"i32">).value = WASM_PAGE_BYTES;
  try {
    (runtime[initializeExport] as () => void)();
  } catch (error) {
    throw new Error(`the Go runtime does not start: ${wasi.output || String(error)}`, { cause: error });
  }
  if (wasi.output !== "") throw new Error(`the Go base prints while it starts: ${wasi.output}`);
  return {
    bytes: upToLastPage(new Uint8Array(memory.buffer)),
    pages: pages.value,
    globals: thin.globals.map(({ exportName, type }) => imageGlobal(exportName, type, runtime[exportName])),
  };
}

function instantiate(bytes: Uint8Array, wasi: StartupWasi, others: WebAssembly.Imports): WebAssembly.Exports {
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const imports = wasi.imports(module);
  for (const [from, values] of Object.entries(others)) imports[from] = { ...imports[from], ...values };
  return new WebAssembly.Instance(module, imports).exports;
}

function imageGlobal(name: string, type: string, exported: unknown): ImageGlobal {
  if (!(exported instanceof WebAssembly.Global) || (type !== "i32" && type !== "i64")) {
    throw new Error(`the thin module exports no i32 or i64 global ${name}`);
  }
  const value: unknown = exported.value;
  return { export: name, type, value: typeof value === "bigint" ? value.toString() : Number(value) };
}

function upToLastPage(memory: Uint8Array): Uint8Array {
  const words = new BigUint64Array(memory.buffer);
  let end = words.length;
  while (end > 0 && words[end - 1] === 0n) end--;
  return memory.slice(0, Math.ceil((end * 8) / PAGE_BYTES) * PAGE_BYTES);
}

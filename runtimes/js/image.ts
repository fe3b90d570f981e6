/** The base image: linear memory and globals after the start of the engine and the evaluation of the prelude. */
import { pageLimitExport, pagesExport, type ThinModule } from "../../host/component/write/thin-module.ts";
import type { ImageGlobal } from "../../host/runtime/manifest.ts";

export const memoryImport = { module: "plinth:host", name: "memory" } as const;

/**
 * The bytes of its native stack that the engine may use before it throws "stack overflow", which a tenant can catch. V8
 * keeps frames of its own beside those in linear memory, up to 12 times as big. On a thread with 4 MB of stack (a
 * worker's default) the engine's stack overflows first, except for deeply nested source text. If V8's stack ends first,
 * the call traps and the memory is restored.
 */
const engineStackBytes = 256 * 1024;

export interface CapturedImage {
  /** The memory up to its last page of 4 KiB that is not zero. */
  bytes: Uint8Array;
  /** The size of the memory in wasm pages of 64 KiB. */
  pages: number;
  globals: ImageGlobal[];
}

/**
 * Starts the thin module, which slots will run, on the memory of the full module. The full module has put its data in
 * place, and its code has not run. The clock stands at the epoch and the random numbers are zeros, so that every build
 * makes the same image. Neither survives into a request (prelude/random.ts).
 *
 * @param full with the export `plinth:init`
 * @param thin made of `full`
 * @throws Error with the engine's message when the prelude does not evaluate
 */
export function captureImage(full: Uint8Array, thin: ThinModule, prelude: string): CapturedImage {
  const logged: string[] = [];
  let memory: WebAssembly.Memory;
  const host = {
    now: () => 0,
    monotonic: () => 0,
    random: (at: number, length: number) => new Uint8Array(memory.buffer, at, length).fill(0),
    log: (_level: number, at: number, length: number) =>
      logged.push(new TextDecoder().decode(new Uint8Array(memory.buffer, at, length))),
    interrupted: () => 0,
    timer_start: () => 0,
    timer_cancel: () => {},
    call: () => 0,
    reply_size: () => 0,
    reply_take: () => {},
  };
  const start = instantiate(full, { "plinth:host": host });
  memory = start.memory as WebAssembly.Memory;
  const runtime = instantiate(thin.bytes, { "plinth:host": { ...host, memory } });
  setGlobal(runtime, pagesExport, memory.buffer.byteLength / 65_536);
  setGlobal(runtime, pageLimitExport, thin.memory.max ?? 65_536);

  const call = (name: string, ...values: number[]) => (runtime[name] as (...values: number[]) => number)(...values);
  const source = new TextEncoder().encode(prelude);
  const at = call("cabi_realloc", 0, 0, 1, source.length);
  new Uint8Array(memory.buffer).set(source, at);
  const failure = call("plinth:init", at, source.length, engineStackBytes);
  if (failure === 1) throw new Error(`the prelude does not evaluate: ${logged.join("\n")}`);
  if (failure) throw new Error(`this build of the engine has another JSRuntime than the adapter knows (${failure})`);
  if (logged.length) throw new Error(`the prelude logs while it is evaluated: ${logged.join("\n")}`);

  return {
    bytes: upToLastPage(new Uint8Array(memory.buffer)),
    pages: (runtime[pagesExport] as WebAssembly.Global<"i32">).value,
    globals: thin.globals.map(({ exportName, type }) => imageGlobal(exportName, type, runtime[exportName])),
  };
}

function instantiate(bytes: Uint8Array, imports: WebAssembly.Imports): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), imports).exports;
}

function setGlobal(exports: WebAssembly.Exports, name: string, value: number): void {
  (exports[name] as WebAssembly.Global<"i32">).value = value;
}

function imageGlobal(name: string, type: string, exported: unknown): ImageGlobal {
  if (!(exported instanceof WebAssembly.Global)) throw new Error(`the thin module exports no global ${name}`);
  if (type !== "i32" && type !== "i64" && type !== "f32" && type !== "f64")
    throw new Error(`the global ${name} is a ${type}`);
  const value: unknown = exported.value;
  return { export: name, type, value: typeof value === "bigint" ? value.toString() : Number(value) };
}

function upToLastPage(memory: Uint8Array): Uint8Array {
  const page = 4096;
  const words = new BigUint64Array(memory.buffer);
  let end = words.length;
  while (end > 0 && words[end - 1] === 0n) end--;
  return memory.slice(0, Math.ceil((end * 8) / page) * page);
}

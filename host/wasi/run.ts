import type { MemoryWatch } from "../component/static/types.ts";
import { unwinding } from "../component/static/unwind.ts";
import { LogLines } from "../component/static/wasi-io.ts";
import { WasiError } from "./errors.ts";
import type { WasiLibrary } from "./library.ts";
import { BoundedOutput } from "./output.ts";
import { PREVIEW1, type Preview1 } from "./preview1.ts";
import { withRootDirectory } from "./root-directory.ts";
import type { WasiCalls, WasiInput, WasiResult } from "./types.ts";
import { Exit, type Sink, wasiImports } from "./wasi-imports.ts";

/**
 * Runs a command to its end in an instance of its own. It begins before this function returns, and goes on without a
 * break until it waits for the first time.
 *
 * @param library a copy that nothing else has used
 * @param module the result of `prepareWasiModule`, compiled
 * @param stdoutBytes the most that it may write to standard output
 * @throws WasiError "trap" or "output-limit"; the error of `calls.sleep`
 */
export async function runWasi(
  library: WasiLibrary,
  module: WebAssembly.Module,
  input: WasiInput,
  calls: WasiCalls & Partial<MemoryWatch>,
  stdoutBytes: number,
): Promise<WasiResult> {
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {}); // nothing may be waiting for it yet
  const end = (reason: unknown): Promise<never> => {
    ended.reject(reason);
    return unwinding();
  };
  const stdout = new BoundedOutput(stdoutBytes);
  const stderr = new LogLines(calls, "error");
  const imports = (functions: Preview1, memory: () => ArrayBuffer) =>
    wasiImports({ library: functions, calls, memory, stdout: endingAt(stdout, end), stderr, end });
  const run = async () => instantiate(library, module, input, imports, calls)();
  try {
    const exitCode = await Promise.race([run().then(() => 0, exitCodeOrTrap), ended.promise]);
    return { exitCode, stdout: stdout.written };
  } finally {
    stderr.end();
  }
}

/** @throws WasiError "trap" */
function exitCodeOrTrap(error: unknown): number {
  if (error instanceof Exit) return error.code;
  throw new WasiError("trap", error instanceof Error ? error.message : String(error), {}, error);
}

/**
 * Makes a sink that ends the request by itself. A command could catch an exception (exception handling proposal) and go
 * on.
 */
function endingAt(sink: Sink, end: (reason: unknown) => unknown): Sink {
  return {
    write(bytes) {
      try {
        sink.write(bytes);
      } catch (error) {
        end(error);
        throw error;
      }
    },
  };
}

function instantiate(
  library: WasiLibrary,
  module: WebAssembly.Module,
  { args, env, stdin }: WasiInput,
  importsOf: (functions: Preview1, memory: () => ArrayBuffer) => Record<string, unknown>,
  watch: Partial<MemoryWatch>,
): () => Promise<unknown> {
  const wasi = new library.WASI({ args: [...args], env, preopens: { "/": "/" } });
  wasi.fs.createDir("/tmp");
  wasi.setStdinBuffer(stdin);
  let memory: WebAssembly.Memory | undefined;
  const memoryOf = (): ArrayBuffer => {
    // A start function runs before the memory's export exists.
    if (memory === undefined) throw new WebAssembly.RuntimeError("WASI was called before _start");
    return memory.buffer;
  };
  // The library finds the version of WASI by the imports, and fails without any.
  const functions =
    WebAssembly.Module.imports(module).length === 0
      ? {}
      : withRootDirectory((wasi.getImports(module as never) as Record<string, Preview1>)[PREVIEW1]!);
  const instance = new WebAssembly.Instance(module, { [PREVIEW1]: importsOf(functions, memoryOf) });
  memory = instance.exports.memory as WebAssembly.Memory;
  for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) watch.memory?.(value);
  if (Object.keys(functions).length > 0) wasi.instantiate(instance as never);
  return WebAssembly.promising(instance.exports._start);
}

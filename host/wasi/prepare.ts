import { limitMemories } from "../component/static/memory-limit.ts";
import { limitTables } from "../component/static/table-limit.ts";
import { endable } from "../component/write/endable.ts";
import { WasiError } from "./errors.ts";
import { functionNames, PREVIEW1 } from "./preview1.ts";

/**
 * The part of a WASI command's deploy that checks the module's imports and exports, limits its memory and tables, and
 * makes sure that its code can be ended.
 *
 * @param bytes a core module
 * @param memoryPages the most that its linear memory may have, pages of 64 KiB
 * @returns the module to run
 * @throws WasiError "malformed", "not-a-wasi-command", "unsupported-import"
 * @throws ComponentError if its memory begins above the limit, is shared or has 64-bit addresses
 */
export function prepareWasiModule(bytes: Uint8Array, memoryPages: number): Uint8Array {
  // Names come first: the error for a module that is no command should say so, and not speak of its memory.
  requireWasi(compile(bytes));
  const limited = endable(limitTables(limitMemories(bytes, memoryPages)));
  compile(limited);
  return limited;
}

function requireWasi(module: WebAssembly.Module): void {
  const kinds = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  if (kinds.get("_start") !== "function") {
    throw new WasiError("not-a-wasi-command", "a core module that does not export the function _start");
  }
  if (kinds.get("memory") !== "memory") {
    throw new WasiError("not-a-wasi-command", "a core module that exports _start but not its memory");
  }
  const foreign = WebAssembly.Module.imports(module).find(
    ({ module: from, name, kind }) => from !== PREVIEW1 || kind !== "function" || !functionNames.has(name),
  );
  if (foreign === undefined) return;
  const subject = `${foreign.module}.${foreign.name}`;
  throw new WasiError("unsupported-import", `the command imports ${subject}`, { import: subject });
}

function compile(bytes: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    throw new WasiError("malformed", error instanceof Error ? error.message : String(error), {}, error);
  }
}

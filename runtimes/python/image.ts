/** The base image: memory and globals after CPython has started and has imported what handlers use. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { thinModule } from "../../host/component/write/thin-module.ts";
import { type BaseImage, memoryImport, startThin } from "../base-image.ts";
import { bindExport } from "./adapter/functions.ts";
import type { Profile } from "./profile.ts";
import { StartupWasi } from "./startup-wasi.ts";

/** Exports of CPython that start it. Slots do not have them. */
export const startExports = ["memory", "_initialize", "host_alloc", "turn"] as const;

/** The standard library, under the name by which CPython looks for it. */
const LIBRARY = "python315.zip";

const libraryFolder = join(import.meta.dirname, "library");

/** The sources that the image has besides CPython's, relative to `library/`. */
const librarySources: readonly string[] = readdirSync(libraryFolder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".py"))
  .map((name) => name.replaceAll("\\", "/"))
  .sort();

/**
 * Starts CPython, and makes it import the modules that handlers use.
 *
 * @param full with `startExports` and the adapter
 * @param folder has the standard library. A slot has no such file, because the image has its contents
 * @throws Error with CPython's output if it does not start
 */
export function captureImage(full: Uint8Array, folder: string, profile: Profile): BaseImage {
  const wasi = new StartupWasi(LIBRARY, new Uint8Array(readFileSync(join(folder, LIBRARY))));
  const started = startThin(full, thinModule(full, { memoryImport }), (module, memory) => wasi.imports(module, memory));
  const { memory, exports } = started;
  const call = (name: string, ...values: number[]) => (exports[name] as (...values: number[]) => number)(...values);
  const put = (text: string) => {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const at = call("host_alloc", bytes.length) >>> 0;
    new Uint8Array(memory.buffer).set(bytes, at);
    return { at, length: bytes.length - 1 };
  };
  call("_initialize");
  const { at, length } = put(preparation(profile));
  if (call("turn", at, length) !== 0 || wasi.output !== "") throw new Error(`CPython does not start: ${wasi.output}`);
  call(bindExport, put("_plinth.step").at, put("step").at);
  return started.capture();
}

/** The program that makes the image. */
function preparation(profile: Profile): string {
  const sources = Object.fromEntries(
    librarySources.filter((name) => name !== "image.py").map((name) => [name, read(name)]),
  );
  const text = (value: unknown) => JSON.stringify(JSON.stringify(value));
  return [
    read("image.py"),
    "import json",
    `given = [json.loads(given) for given in (${[sources, profile.leftOut, profile.imports].map(text).join(", ")})]`,
    "prepare(*given)",
    // Variables that stay would be in every tenant's image.
    "for name in [name for name in globals() if not name.startswith('__')]: del globals()[name]",
    "del name",
  ].join("\n");
}

function read(name: string): string {
  return readFileSync(join(libraryFolder, name), "utf8");
}

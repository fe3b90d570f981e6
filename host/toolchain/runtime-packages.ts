/** The runtime packages of this machine, where hosts look for them: `runtimes/LANGUAGE/dist`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "../runtime/manifest.ts";
import { type Language, languages } from "./language.ts";

const packagesFolder = join(import.meta.dirname, "../../runtimes");

export interface RuntimePackage {
  readonly language: Language;
  /** "plinth:go" */
  readonly name: string;
  readonly version: string;
  /** Of all its files. */
  readonly bytes: number;
  readonly folder: string;
}

/** Those that have been built, by language. */
export async function builtRuntimes(): Promise<readonly RuntimePackage[]> {
  const found = await Promise.all(languages.map(builtRuntime));
  return found.filter((runtime) => runtime !== undefined);
}

/** The package for a language; undefined where it has not been built. */
export async function builtRuntime(language: Language): Promise<RuntimePackage | undefined> {
  const folder = join(packagesFolder, language, "dist");
  const json = await readFile(join(folder, "runtime.json"), "utf8").catch(() => undefined);
  if (json === undefined) return undefined;
  const { name, version, files } = readManifest(JSON.parse(json));
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  return { language, name, version, bytes, folder };
}

/**
 * Brings a package up to date. For Go it is made from the toolchain on PATH; that takes about a minute the first time.
 *
 * @returns whether it was changed
 * @throws PLINTH_GO_MISSING, PLINTH_GO_VERSION, PLINTH_BUILD_FAILED
 */
export async function buildRuntime(language: Language, onProgress?: (line: string) => void): Promise<boolean> {
  if (language === "js") return (await import("../../runtimes/js/build.ts")).buildRuntime();
  const { buildRuntime: build } = await import("../../runtimes/go/build.ts");
  return build(onProgress === undefined ? {} : { onProgress });
}

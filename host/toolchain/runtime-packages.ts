/** The runtime packages of this machine, which hosts look for in `dist/` in the folder of each language. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Language } from "../../runtimes/language.ts";
import type { Languages } from "../../runtimes/languages.ts";
import { PlinthError } from "../errors.ts";
import { readManifest } from "../runtime/manifest.ts";

export interface RuntimePackage {
  /** Name of the language. */
  readonly language: string;
  /** "plinth:go" */
  readonly name: string;
  readonly version: string;
  /** Bytes of all its files. */
  readonly bytes: number;
  readonly folder: string;
}

/** The packages that have been built, in the alphabetical order of their languages. */
export async function builtRuntimes(languages: Languages): Promise<readonly RuntimePackage[]> {
  const found = await Promise.all(languages.names.map((name) => builtRuntime(languages.get(name))));
  return found.filter((runtime) => runtime !== undefined);
}

/** The package for a language; undefined if it has not been built. */
export async function builtRuntime(language: Language): Promise<RuntimePackage | undefined> {
  const folder = join(language.folder, "dist");
  const json = await readFile(join(folder, "runtime.json"), "utf8").catch(() => undefined);
  if (json === undefined) return undefined;
  const { name, version, files } = readManifest(JSON.parse(json));
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  return { language: language.name, name, version, bytes, folder };
}

/**
 * Brings the packages of all languages up to date that can be built here, except those that hosts load by name.
 *
 * @param onMissing told of a language that needs a tool which this machine does not have
 * @returns the languages with their packages
 * @throws as `RuntimePackageBuilder.build`, for other failures
 */
export async function buildRuntimes(
  languages: Languages,
  onProgress: (line: string) => void,
  onMissing: (language: Language, error: PlinthError) => void,
): Promise<readonly Language[]> {
  const built: Language[] = [];
  for (const language of languages.all.filter((candidate) => !candidate.package.loadedByName)) {
    try {
      await language.package.build(onProgress);
      built.push(language);
    } catch (error) {
      if (!isToolMissing(language, error)) throw error;
      onMissing(language, error);
    }
  }
  return built;
}

/** Whether an error of a build says that a tool is missing on this machine. */
function isToolMissing(language: Language, error: unknown): error is PlinthError {
  return error instanceof PlinthError && language.package.toolMissing.includes(error.code);
}

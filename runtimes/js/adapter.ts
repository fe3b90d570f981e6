/** The parts of the adapter (adapter/*.wat) as text, with the engine's names and the natives' numbers put in. */
import { readdirSync, readFileSync } from "node:fs";
import type { Engine } from "./engine.ts";
import { nativeNames } from "./native-names.ts";

export interface AdapterPart {
  /** The name under which other parts, or the engine, import the exports of this part. */
  module: string;
  text: string;
}

const adapterFolder = new URL("adapter/", import.meta.url);

/** The files of the parts, in the order in which they are merged. */
export const adapterFiles: readonly string[] = readdirSync(adapterFolder)
  .filter((file) => file.endsWith(".wat"))
  .sort();

/** This part answers the engine's imports, so its name is the one that the engine imports from. */
const answersEngine = "engine-imports.wat";

/**
 * @param freeEntry number of the free entry of the engine's function table, the last one
 * @throws Error when the engine lacks something that the adapter needs, or when a native is not answered
 */
export function adapterParts(engine: Engine, freeEntry: number): AdapterPart[] {
  const answered = new Set<string>();
  const parts = adapterFiles.map((file) => {
    const source = readFileSync(new URL(file, adapterFolder), "utf8");
    if (source.includes("NATIVE_LABELS")) checkNatives(source, file);
    const text = withEngineNames(withNumbers(source, freeEntry), engine, answered);
    return { module: file === answersEngine ? engine.importModule : file.replace(/\.wat$/, ""), text };
  });
  for (const readable of engine.imports.keys()) {
    if (!answered.has(readable))
      throw new Error(`${engine.variant} ${engine.version} imports ${readable}, which the adapter lacks`);
  }
  return parts;
}

/**
 * Compares the natives that a part answers with the list. Each block around the table of branches answers one native.
 *
 * @throws Error when a native of the list has no block, or a block no native
 */
export function checkNatives(source: string, file: string): void {
  const answered = new Set([...source.matchAll(/\(block (\$\w+)/g)].map(([, label]) => label!));
  answered.delete("$unknown");
  const listed = new Set<string>(nativeNames);
  const missing = [...listed.difference(answered)];
  if (missing.length) throw new Error(`${file} does not answer ${missing.join(", ")} of native-names.ts`);
  const unlisted = [...answered.difference(listed)];
  if (unlisted.length) throw new Error(`${file} answers ${unlisted.join(", ")}, which native-names.ts does not list`);
}

function withNumbers(source: string, freeEntry: number): string {
  return source
    .replaceAll("ENGINE_TABLE_SIZE", String(freeEntry + 1))
    .replaceAll("ENGINE_TABLE_FREE", String(freeEntry))
    .replaceAll("NATIVE_COUNT", String(nativeNames.length))
    .replaceAll("NATIVE_LABELS", nativeNames.join(" "));
}

/** @param answered receives the readable names of the engine's imports that this part answers */
function withEngineNames(text: string, engine: Engine, answered: Set<string>): string {
  return text
    .replace(/\(import "engine" "(\w+)" \(func/g, (_, readable: string) => {
      const name = engine.exports.get(readable);
      if (!name) throw new Error(`${engine.variant} ${engine.version} has no export ${readable}`);
      return `(import "engine" "${name}" (func`;
    })
    .replace(/\(export "engine:(\w+)"/g, (_, readable: string) => {
      answered.add(readable);
      // Not every variant of the engine has each of these imports. assemble.ts removes the exports that no code needs.
      return `(export "${engine.imports.get(readable) ?? `engine:${readable}`}"`;
    });
}

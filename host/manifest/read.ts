/** Finds a folder's `plinth.jsonc`. */
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { plinthError } from "../errors.ts";
import type { Manifest } from "./schema.ts";

export const MANIFEST_FILE = "plinth.jsonc";

/**
 * The manifest in a folder.
 *
 * @param languages what `runtime` may be
 * @param bindingModules URLs of modules of bindings beside the registry's
 * @returns null if there is no manifest
 * @throws PLINTH_MANIFEST_INVALID, PLINTH_BINDING_MODULE
 */
export async function readManifest(
  folder: string,
  languages: readonly string[],
  bindingModules: readonly string[] = [],
): Promise<Manifest | null> {
  const file = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw plinthError("PLINTH_MANIFEST_INVALID", [`${file} cannot be read (${message})`], { cause: error });
  }
  // Most commands start without the bindings, the schema and its validator, which only a manifest needs.
  const [{ loadBindings }, { parseManifest }] = await Promise.all([
    import("../bindings/registry.ts"),
    import("./parse.ts"),
  ]);
  return parseManifest(text, relative("", file), languages, await loadBindings(bindingModules));
}

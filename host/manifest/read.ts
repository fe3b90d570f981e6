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
 * @returns null where there is none
 * @throws PLINTH_MANIFEST_INVALID
 */
export async function readManifest(folder: string, languages: readonly string[]): Promise<Manifest | null> {
  const file = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw plinthError("PLINTH_MANIFEST_INVALID", [`${file} cannot be read (${message})`], { cause: error });
  }
  // The schema and its validator are loaded where there is a manifest: most commands start without them.
  const { parseManifest } = await import("./parse.ts");
  return parseManifest(text, relative("", file), languages);
}

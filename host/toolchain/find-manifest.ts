/** Finds a project's settings: its `plinth.jsonc`, or else its configuration of wrangler. */
import { join, relative } from "node:path";
import { forEnvironment } from "../manifest/environment.ts";
import { MANIFEST_FILE, readManifest } from "../manifest/read.ts";
import type { Manifest } from "../manifest/schema.ts";
import { findWranglerFile } from "../wrangler/file.ts";

export interface FoundManifest {
  readonly manifest: Manifest;
  /** The file's place, for messages. */
  readonly file: string;
  /** Settings that are taken otherwise than they are written, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * @param languages what `runtime` may be
 * @param bindingModules URLs of modules of bindings beside the registry's
 * @param environment one of those that it has; undefined for its top level
 * @returns null where the folder has neither
 * @throws PLINTH_MANIFEST_INVALID, PLINTH_BINDING_MODULE, PLINTH_WRANGLER_CONFIG, PLINTH_ENVIRONMENT
 */
export async function findManifest(
  folder: string,
  languages: readonly string[],
  bindingModules?: readonly string[],
  environment?: string,
): Promise<FoundManifest | null> {
  const own = await readManifest(folder, languages, bindingModules);
  if (own !== null) {
    const file = relative("", join(folder, MANIFEST_FILE));
    return { manifest: forEnvironment(own, environment, file), file, warnings: [] };
  }
  const found = await findWranglerFile(folder);
  if (found === null) return null;
  // The bindings and the validator are loaded where there is something to read.
  const { readWrangler, refuseUnsupported } = await import("../wrangler/read.ts");
  const read = await readWrangler(found, languages, bindingModules, environment);
  refuseUnsupported(read);
  const { manifest, file, warnings } = read;
  return { manifest, file, warnings: warnings.map((warning) => `${file}: ${warning}`) };
}

/** A project: its folder, its source and its manifest. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Language } from "../../runtimes/language.ts";
import type { Languages } from "../../runtimes/languages.ts";
import { plinthError } from "../errors.ts";
import { embedConfig, runtimeConfig } from "../manifest/config.ts";
import type { Manifest } from "../manifest/schema.ts";
import { detectLanguage, isProgram } from "./detect-language.ts";
import { findManifest } from "./find-manifest.ts";

/** A project of static files alone gets a program that answers with them. */
const siteProgram = fileURLToPath(new URL("assets-only.js", import.meta.url));
const siteLanguage = "js";

export interface Project {
  /** The folder where the manifest is looked for; absolute. */
  readonly folder: string;
  /** The source that is built: the folder, another one that the manifest names, or an entry file. Absolute. */
  readonly source: string;
  readonly language: Language;
  /** `null` if the folder has no manifest. */
  readonly manifest: Manifest | null;
  /** Settings of the manifest that are taken otherwise than they are written, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * @param path a folder, or an entry file, which goes before the manifest's `main`
 * @param language goes before the manifest's `runtime`, which goes before the look of the folder
 * @param bindingModules URLs of modules of bindings beside the registry's
 * @param environment of the manifest; undefined for its top level
 * @throws PLINTH_MANIFEST_INVALID, PLINTH_WRANGLER_CONFIG, PLINTH_ENVIRONMENT, PLINTH_BINDING_MODULE,
 *   PLINTH_BUILD_LANGUAGE, PLINTH_BUILD_NO_ENTRY
 */
export async function readProject(
  path: string,
  languages: Languages,
  language?: Language,
  bindingModules?: readonly string[],
  environment?: string,
): Promise<Project> {
  const isFolder = statSync(path).isDirectory();
  const folder = resolve(isFolder ? path : dirname(path));
  const found = await findManifest(folder, languages.names, bindingModules, environment);
  const manifest = found?.manifest ?? null;
  const source = isFolder ? join(folder, manifest?.main ?? "") : resolve(path);
  if (!existsSync(source)) {
    const { file } = found!;
    const reason = `${file}: main is ${JSON.stringify(manifest?.main)}, which is not there; expected a file or folder`;
    throw plinthError("PLINTH_MANIFEST_INVALID", [reason], { details: { file, path: "main" } });
  }
  const warnings = found?.warnings ?? [];
  const stated = language ?? (manifest?.runtime === undefined ? undefined : languages.get(manifest.runtime));
  const isSite = isFolder && manifest?.assets !== undefined && manifest.main === undefined;
  if (isSite && (stated?.name ?? siteLanguage) === siteLanguage && !isProgram(folder, languages)) {
    const assets = { ...manifest.assets!, binding: "ASSETS" };
    const language = languages.get(siteLanguage)!;
    return { folder, source: siteProgram, language, manifest: { ...manifest, assets }, warnings };
  }
  return { folder, source, language: stated ?? detectLanguage(source, languages), manifest, warnings };
}

/** Puts the manifest's part for run time into a program. @param program a component, or a WASI command */
export function withManifest(program: Uint8Array<ArrayBuffer>, manifest: Manifest | null): Uint8Array<ArrayBuffer> {
  return manifest === null ? program : embedConfig(program, runtimeConfig(manifest));
}

/** Languages whose folders lie outside this clone. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { plinthError } from "../host/errors.ts";
import type { Language } from "./language.ts";
import { Languages } from "./languages.ts";
import { builtIn } from "./registry.ts";

/**
 * The languages of this clone, and those in other folders. Such a folder has `language.ts` or `language.js`, which
 * exports the object as `language`, and the runtime package in `dist/`. The package alone is enough for a host.
 *
 * @throws PLINTH_RUNTIME_FOLDER
 */
export async function languagesWith(folders: readonly string[]): Promise<Languages> {
  const found: Language[] = [...builtIn.all];
  const packageFolders: string[] = [];
  for (const folder of folders) {
    const language = await languageIn(resolve(folder));
    if (language === undefined) packageFolders.push(resolve(folder));
    else found.push(unlike(found, language, folder));
  }
  return folders.length === 0 ? builtIn : new Languages(found, packageFolders);
}

/** Undefined if the folder has a package and no module. */
async function languageIn(folder: string): Promise<Language | undefined> {
  const module = ["language.ts", "language.js"].map((name) => join(folder, name)).find((file) => existsSync(file));
  if (module === undefined) {
    if (existsSync(join(folder, "dist", "runtime.json"))) return undefined;
    throw plinthError("PLINTH_RUNTIME_FOLDER", [
      folder,
      "it has neither language.ts or language.js nor dist/runtime.json",
    ]);
  }
  let loaded: { readonly language?: Language };
  try {
    loaded = await import(pathToFileURL(module).href);
  } catch (cause) {
    const reason = `${module} does not load (${cause instanceof Error ? cause.message : String(cause)})`;
    throw plinthError("PLINTH_RUNTIME_FOLDER", [folder, reason], { cause });
  }
  if (loaded.language === undefined)
    throw plinthError("PLINTH_RUNTIME_FOLDER", [folder, `${module} has no export named language`]);
  return loaded.language;
}

/** @throws PLINTH_RUNTIME_FOLDER if one of the languages has the same name, or the same runtime */
function unlike(others: readonly Language[], language: Language, folder: string): Language {
  for (const property of ["name", "runtime"] as const) {
    if (others.some((other) => other[property] === language[property]))
      throw plinthError("PLINTH_RUNTIME_FOLDER", [
        folder,
        `there is a language with the ${property} ${language[property]} already`,
      ]);
  }
  return language;
}

/** New projects: the files of a language's template, with the project's name in its places. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Template } from "../../runtimes/language.ts";
import { plinthError } from "../errors.ts";
import { parseTenantName } from "../store/names.ts";

/** What stands in the templates' files as `{{schema}}`: where this Plinth is. */
const schema = pathToFileURL(join(import.meta.dirname, "../manifest/plinth.schema.json")).href;

/**
 * @param dir made where it is not there
 * @param name of the tenant
 * @returns the folder, and the files that were written, relative to it
 * @throws PLINTH_INIT_EXISTS where one of the files is there: then none is written
 */
export async function initProject(dir: string, template: Template, name: string) {
  const { folder: source, places } = template;
  const folder = resolve(dir);
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    // Under its own name it would be in force in this repository, too.
    .map((from) => ({ from, path: relative(source, from).replace(/^gitignore$/, ".gitignore") }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const there = files.filter(({ path }) => existsSync(join(folder, path))).map(({ path }) => path);
  if (there.length > 0) throw plinthError("PLINTH_INIT_EXISTS", [folder, there.join(", ")], { details: { folder } });
  const values = Object.entries({ ...places, schema, name });
  for (const { from, path } of files) {
    let text = await readFile(from, "utf8");
    for (const [place, value] of values) text = text.replaceAll(`{{${place}}}`, value);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: "wx" });
  }
  return { folder, files: files.map(({ path }) => path) };
}

/**
 * @param given what the user wants it to be; without it, what the folder is called, with hyphens for what a name cannot
 *   have
 * @throws PLINTH_TENANT_NAME
 */
export function tenantNameOf(dir: string, given?: string): string {
  if (given !== undefined) return parseTenantName(given);
  const name = basename(resolve(dir))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  return name || "app";
}

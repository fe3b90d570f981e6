/** New projects: the files of a language's template, with the project's name in its places. */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Template } from "../../runtimes/language.ts";
import { plinthError } from "../errors.ts";
import { parseTenantName } from "../store/names.ts";

/**
 * Files of which every project gets a copy. A path to this Plinth would mean nothing on another machine, but editors find
 * `./plinth.schema.json` on every machine.
 */
const copiesForAll = { "plinth.schema.json": join(import.meta.dirname, "../manifest/plinth.schema.json") };

/**
 * @param dir made where it is not there
 * @param name of the tenant
 * @returns the folder, and the files and copied folders that were written, relative to it
 * @throws PLINTH_INIT_EXISTS where one of the files is there: then none is written
 */
export async function initProject(dir: string, template: Template, name: string) {
  const { folder: source } = template;
  const copies = Object.entries({ ...copiesForAll, ...template.copies });
  const folder = resolve(dir);
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    // Under its own name it would be in force in this repository, too.
    .map((from) => ({ from, path: relative(source, from).replace(/^gitignore$/, ".gitignore") }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const paths = [...files.map(({ path }) => path), ...copies.map(([path]) => path)].sort();
  const there = paths.filter((path) => existsSync(join(folder, path)));
  if (there.length > 0) throw plinthError("PLINTH_INIT_EXISTS", [folder, there.join(", ")], { details: { folder } });
  for (const { from, path } of files) {
    const text = (await readFile(from, "utf8")).replaceAll("{{name}}", name);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: "wx" });
  }
  for (const [path, from] of copies)
    await cp(from, join(folder, path), { recursive: true, errorOnExist: true, force: false });
  return { folder, files: paths };
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

/** Makes new projects of a language's template, with the project's name in its places. */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Template } from "../../runtimes/language.ts";
import { plinthError } from "../errors.ts";
import { MANIFEST_FILE } from "../manifest/read.ts";
import type { Manifest } from "../manifest/schema.ts";
import { parseTenantName } from "../store/names.ts";
import { environmentsOf } from "../wrangler/environment.ts";
import { findWranglerFile } from "../wrangler/file.ts";

const SCHEMA_FILE = "plinth.schema.json";

/**
 * Files of which every project gets a copy. A path to this Plinth would mean nothing on another machine, but editors find
 * `./plinth.schema.json` on every machine.
 */
const copiesForAll = { [SCHEMA_FILE]: join(import.meta.dirname, "../manifest/plinth.schema.json") };

/**
 * @param dir the project's folder, which is made if it does not exist
 * @param name the tenant's name
 * @returns the folder, and the files and copied folders that were written, relative to it
 * @throws PLINTH_INIT_EXISTS if one of the files exists; then none is written
 */
export async function initProject(dir: string, template: Template, name: string) {
  const { folder: source } = template;
  const copies = Object.entries({ ...copiesForAll, ...template.copies });
  const folder = resolve(dir);
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    // The template's file has no dot, because as .gitignore it would be in force in this repository, too.
    .map((from) => ({ from, path: relative(source, from).replace(/^gitignore$/, ".gitignore") }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const paths = [...files.map(({ path }) => path), ...copies.map(([path]) => path)].sort();
  refuseExisting(folder, paths);
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
 * Writes a manifest beside a configuration of wrangler, with the same meaning.
 *
 * @returns the folder, what was written, and what Plinth does not have or takes otherwise, one sentence each
 * @throws PLINTH_USAGE where there is no such configuration, PLINTH_WRANGLER_CONFIG where it is not right,
 *   PLINTH_INIT_EXISTS
 */
export async function initFromWrangler(dir: string, languages: readonly string[], bindingModules: readonly string[]) {
  const folder = resolve(dir);
  const found = await findWranglerFile(folder);
  if (found === null) {
    throw plinthError("PLINTH_USAGE", [`${folder} has no wrangler.json, wrangler.jsonc or wrangler.toml`]);
  }
  refuseExisting(folder, [MANIFEST_FILE]);
  const { readWrangler } = await import("../wrangler/read.ts");
  const { manifest, warnings, ...read } = await readWrangler(found, languages, bindingModules);
  const unsupported = [...read.unsupported];
  const { name, ...rest } = manifest;
  const env: Record<string, Manifest> = {};
  for (const environment of environmentsOf(found.config)) {
    const own = await readWrangler(found, languages, bindingModules, environment);
    env[environment] = own.manifest;
    unsupported.push(...own.unsupported.map(({ path, text }) => ({ path: `env.${environment}.${path}`, text })));
  }
  const named = Object.keys(env).length === 0 ? {} : { env };
  const own = { $schema: `./${SCHEMA_FILE}`, name: tenantNameOf(dir, name), ...rest, ...named };
  const text = `// Made from ${basename(found.file)}, which Plinth does not read beside this file.\n`;
  await writeFile(join(folder, MANIFEST_FILE), `${text}${JSON.stringify(own, null, 2)}\n`, { flag: "wx" });
  await cp(copiesForAll[SCHEMA_FILE], join(folder, SCHEMA_FILE));
  const left = unsupported.map(({ path, text: advice }) => `${path} is left out: ${advice}`);
  return { folder, name: own.name, files: [MANIFEST_FILE, SCHEMA_FILE], warnings: [...left, ...warnings] };
}

/** @throws PLINTH_INIT_EXISTS where one of the files is there */
function refuseExisting(folder: string, paths: readonly string[]): void {
  const there = paths.filter((path) => existsSync(join(folder, path)));
  if (there.length > 0) throw plinthError("PLINTH_INIT_EXISTS", [folder, there.join(", ")], { details: { folder } });
}

/**
 * @param given the name that the user has given; without it, the folder's name, with hyphens in place of forbidden
 *   characters
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

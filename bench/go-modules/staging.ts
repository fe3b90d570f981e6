/**
 * Copies the module with the programs. In the copy each program has a main package of its own, and all have one
 * together.
 */
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const source = new URL("module/", import.meta.url).pathname;
const sdk = new URL("../../runtimes/go/sdk", import.meta.url).pathname;

export interface Program {
  readonly name: string;
  /** The module that the program is about, and its version in go.mod. */
  readonly module: string;
  readonly version: string;
}

/** @returns the programs, by the names of their modules */
export async function stage(folder: string): Promise<Program[]> {
  await cp(source, folder, { recursive: true });
  const file = join(folder, "go.mod");
  const text = await readFile(file, "utf8");
  await writeFile(file, `${text}\nrequire plinth.dev/sdk v0.0.0\n\nreplace plinth.dev/sdk => ${sdk}\n`);
  const versions = new Map(
    [...text.matchAll(/^\t?(?:require )?(\S+\.\S+\/\S+) (v\S+)/gm)].map((row) => [row[1]!, row[2]!]),
  );
  const names = await readdir(join(folder, "programs"));
  const programs = await Promise.all(
    names.map(async (name) => {
      const code = await readFile(join(folder, "programs", name, `${name}.go`), "utf8");
      const module = moduleOf(code, [...versions.keys()]);
      await main(folder, `slim-${name}`, [name], `\tplinth.Handle(${name}.Handler)`);
      return { name, module, version: versions.get(module)! };
    }),
  );
  const routes = names.map((name) => `\thttp.Handle("/${name}/", http.StripPrefix("/${name}", ${name}.Handler))`);
  await main(
    folder,
    "native",
    names,
    [...routes, "\tplinth.Handle(http.DefaultServeMux)"].join("\n"),
    '\t"net/http"\n\n',
  );
  return programs.sort((a, b) => (a.module < b.module ? -1 : 1));
}

/** The module of the first import that is not the standard library's. */
function moduleOf(code: string, modules: readonly string[]): string {
  const path = code.match(/"([^"/]+\.[^"/]+\/[^"]+)"/)?.[1];
  const found = modules
    .filter((module) => path === module || path?.startsWith(`${module}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  if (found === undefined) throw new Error(`go.mod has no module for ${path}`);
  return found;
}

async function main(folder: string, name: string, programs: string[], body: string, imports = ""): Promise<void> {
  const lines = [...programs.map((program) => `plinth.dev/compatibility/programs/${program}`), "plinth.dev/sdk"];
  const imported = imports + lines.map((path) => `\t"${path}"`).join("\n");
  const code = `package main\n\nimport (\n${imported}\n)\n\nfunc main() {\n${body}\n}\n`;
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "main.go"), code);
}

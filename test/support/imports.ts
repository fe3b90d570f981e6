/** Who imports whom in this tree, read from the sources' text. */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join, normalize } from "node:path";

const root = join(import.meta.dirname, "../..");

export interface Import {
  /** Path from the root of the tree, with slashes. */
  readonly from: string;
  readonly to: string;
  /** The import of a type alone: nothing is loaded by it. */
  readonly isType: boolean;
  /** `import("...")`: loaded when the program comes there. */
  readonly isLazy: boolean;
}

/** `import ... from`, `export ... from`, `import "..."`, `import("...")`: of files of the tree, not of packages. */
const statement =
  /^(?<keyword>import|export) (?<type>type )?[^"';]*?\bfrom "(?<from>\.[^"]+)"|^import "(?<bare>\.[^"]+)"|\bimport\("(?<dynamic>\.[^"]+)"\)/gm;

/** What only tests, demo and benchmarks load. */
const testOnly =
  /\.(test|fixture|setup)\.ts$|(^|\/)(testdata|templates)\/|-child\.ts$|^runtimes\/\w+\/(showcase|measure-engines)\.ts$/;

/** The sources that ship below some folders: without tests and what only they load. */
export async function sources(...folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob(
    folders.map((folder) => `${folder}/**/*.{ts,js}`),
    { cwd: root },
  )) {
    if (!/(^|\/)(node_modules|dist)\//.test(file) && !testOnly.test(file)) found.push(file);
  }
  return found.toSorted();
}

export function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(statement)].map(({ groups }) => {
    const { type, from, bare, dynamic } = groups!;
    const to = normalize(join(file, "..", from ?? bare ?? dynamic!));
    return { from: file, to, isType: type !== undefined, isLazy: dynamic !== undefined };
  });
}

/** Takes away every node that leads to none of the others, until none is left to take: the rest leads in circles. */
export function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Map(imports);
  for (let before = 0; before !== left.size; ) {
    before = left.size;
    for (const [file, imported] of left) if (!imported.some((other) => left.has(other))) left.delete(file);
  }
  return [...left.keys()];
}

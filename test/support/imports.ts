/** Finds the imports between the files of this tree by reading their text. */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join, normalize } from "node:path";

const root = join(import.meta.dirname, "../..");

export interface Import {
  /** Path from the root of the tree, with slashes. */
  readonly from: string;
  readonly to: string;
  /** Whether only a type is imported, so that nothing is loaded. */
  readonly isType: boolean;
  /** Whether it is an `import("...")`, which loads its file when it runs. */
  readonly isLazy: boolean;
}

/** Matches `import ... from`, `export ... from`, `import "..."` and `import("...")` of the tree's files, not packages. */
const statement = new RegExp(
  [
    /^(?<keyword>import|export) (?<type>type )?[^"';]*?\bfrom "(?<from>\.[^"]+)"/,
    /^import "(?<bare>\.[^"]+)"/,
    /\bimport\("(?<dynamic>\.[^"]+)"\)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gm",
);

/** Matches the files that only tests, the demo and benchmarks load. */
const testOnly =
  /\.(test|fixture|setup)\.ts$|(^|\/)(testdata|templates)\/|-child\.ts$|^runtimes\/\w+\/(showcase|measure-engines)\.ts$/;

/** Finds the shipped sources below some folders, without tests and without files that only tests load. */
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

/** Removes every file that imports no remaining file, again and again. The files that are left import in circles. */
export function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Map(imports);
  for (let before = 0; before !== left.size; ) {
    before = left.size;
    for (const [file, imported] of left) if (!imported.some((other) => left.has(other))) left.delete(file);
  }
  return [...left.keys()];
}

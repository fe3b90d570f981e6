/** The packages and files of a bundle, by esbuild's own account, and the imports by which each came in. */
import type { Metafile } from "esbuild";

export interface BundlePart {
  /** The package's name; `PROJECT` for the project's own files, `PLINTH` for Plinth's modules of Node and rare globals. */
  readonly name: string;
  /** Bytes in the bundle, minified. */
  readonly bytes: number;
  /** Number of files that have code in the bundle. */
  readonly files: number;
  /** The shortest chain of imports to the package: "src/index.ts > axios". Empty for the project's own files. */
  readonly through: string;
}

export interface BundleFile {
  /** The path relative to the project's folder. The path of a package's file begins with the package's name. */
  readonly path: string;
  readonly bytes: number;
}

const PROJECT = "(this project)";
export const PLINTH = "(Plinth)";

/**
 * @param entry a path of the metafile
 * @param ownFolder of the JavaScript runtime, as the metafile has its paths
 * @returns both with the largest first
 */
export function bundleParts(
  metafile: Metafile,
  entry: string,
  ownFolder: string,
): { packages: readonly BundlePart[]; files: readonly BundleFile[] } {
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  const files = Object.entries(output?.inputs ?? {})
    .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes);
  const nameOf = (path: string) => packageOf(path, ownFolder);
  const ways = waysFrom(entry, metafile, nameOf);
  const packages = Map.groupBy(files, ({ path }) => nameOf(path));
  const parts = [...packages].map(([name, all]) => ({
    name,
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    files: all.length,
    through: name === PROJECT ? "" : (ways.get(name) ?? ""),
  }));
  return {
    packages: parts.sort((a, b) => b.bytes - a.bytes),
    files: files.map(({ path, bytes }) => ({ path: path.replace(/^.*(?:^|\/)node_modules\//, ""), bytes })),
  };
}

function packageOf(path: string, ownFolder: string): string {
  const file = path.replace(/^[\w-]+:(?=.)/, "");
  const name = /^.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
  if (name !== undefined) return name;
  return file.startsWith(ownFolder) ? PLINTH : PROJECT;
}

/** The shortest chain of imports to each package, from the entry on. A package stands for its files. */
function waysFrom(entry: string, { inputs }: Metafile, nameOf: (path: string) => string): ReadonlyMap<string, string> {
  const ways = new Map<string, string>();
  const seen = new Set([entry]);
  const queue: { path: string; way: string }[] = [{ path: entry, way: entry }];
  for (const { path, way } of queue) {
    for (const { path: next } of inputs[path]?.imports ?? []) {
      if (seen.has(next) || inputs[next] === undefined) continue;
      seen.add(next);
      const name = nameOf(next);
      if (!ways.has(name)) ways.set(name, way);
      const isSame = name === nameOf(path);
      queue.push({ path: next, way: isSame ? (name === PROJECT ? next : way) : `${way} > ${name}` });
    }
  }
  return ways;
}

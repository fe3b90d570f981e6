/**
 * Node's own modules for programs, as Workers have them. Modules of pure functions and data are whole, by well-kept
 * packages. Modules that need a machine (files, processes, sockets) are there for packages that import them and do not
 * call them: a call throws an error that names the function.
 */
import { builtinModules, createRequire } from "node:module";
import { dirname, extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Modules of the folder `node/` beside this one, which join or correct those of packages. */
const own = ["async_hooks", "buffer", "crypto", "process", "util"];

/** Packages that have a module under another name than unenv's. */
const packages: Readonly<Record<string, string>> = {
  stream: "readable-stream",
  "stream/promises": "readable-stream/lib/stream/promises.js",
  string_decoder: "string_decoder/",
  zlib: "browserify-zlib",
};

/** Modules that work as in Node. A program's own files may import no others. */
const working = new Set([
  "assert",
  "assert/strict",
  "async_hooks",
  "buffer",
  "console",
  "constants",
  "crypto",
  "diagnostics_channel",
  "events",
  "os",
  "path",
  "path/posix",
  "path/win32",
  "perf_hooks",
  "process",
  "punycode",
  "querystring",
  "stream",
  "stream/promises",
  "stream/web",
  "string_decoder",
  "sys",
  "timers",
  "timers/promises",
  "url",
  "util",
  "util/types",
  "zlib",
]);

/** `node:path` and `path` -> `path`; undefined if the path is no module of Node's. */
export function nodeModuleName(path: string): string | undefined {
  const name = path.replace(/^node:/, "");
  return builtinModules.includes(name) || (path.startsWith("node:") && builtinModules.includes(path))
    ? name
    : undefined;
}

/** Whether programs may use the module, and not only packages that do not call it. */
export function isWorking(name: string): boolean {
  return working.has(name);
}

/** Whether a file belongs to Plinth's own modules of Node. Such a file may import more of Node than a program. */
export function isPlinths(file: string): boolean {
  return folders.some((folder) => file.startsWith(folder));
}

/**
 * The place of the module's code: a file, or a name to resolve from Plinth's own packages.
 *
 * @param importer the importing file. unenv's own files get unenv's form of a module, because Plinth's form may be
 *   made of theirs
 */
export function nodeModuleEntry(name: string, importer: string): string {
  if (own.includes(name) && !importer.startsWith(unenv)) return neighbour(name);
  return packages[name] ?? `unenv/node/${name}`;
}

const neighbours = fileURLToPath(new URL("../node/", import.meta.url));
const { resolve } = createRequire(import.meta.url);
const unenv = dirname(resolve("unenv/package.json")) + sep;
const folders = [neighbours, unenv, dirname(resolve("node-inspect-extracted")) + sep];

/** The file that gives a program Node's globals, `Buffer`, `process` and `global`. */
export const nodeGlobals = neighbour("globals");

function neighbour(name: string): string {
  return join(neighbours, `${name}${extname(import.meta.filename)}`);
}

/**
 * Node's own modules for programs, as Workers have them. Those of pure functions and data are whole, by well-kept packages.
 * Those that need a machine (files, processes, sockets) are there for packages that import them and do not call them: what
 * is called throws an error that names it.
 */
import { builtinModules, createRequire } from "node:module";
import { dirname, extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Modules of this folder's neighbour `node/`, which join or correct what packages have. */
const own = ["async_hooks", "buffer", "crypto", "process", "util"];

/** Modules that a package has under another name than unenv's. */
const packages: Readonly<Record<string, string>> = {
  stream: "readable-stream",
  "stream/promises": "readable-stream/lib/stream/promises.js",
  string_decoder: "string_decoder/",
  zlib: "browserify-zlib",
};

/** Modules that do what they say. All others of Node's are refused in a program's own files. */
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

/** `node:path` and `path` -> `path`; undefined for what is no module of Node's. */
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

/** Whether a file is of what Node's modules are made of here. It imports more of Node than a program asks for. */
export function isPlinths(file: string): boolean {
  return folders.some((folder) => file.startsWith(folder));
}

/**
 * Where the module's code is: a file, or what is to be resolved from Plinth's own packages.
 *
 * @param importer unenv's own files get unenv's form of a module: that of Plinth may be made of them
 */
export function nodeModuleEntry(name: string, importer: string): string {
  if (own.includes(name) && !importer.startsWith(unenv)) return neighbour(name);
  return packages[name] ?? `unenv/node/${name}`;
}

const neighbours = fileURLToPath(new URL("../node/", import.meta.url));
const { resolve } = createRequire(import.meta.url);
const unenv = dirname(resolve("unenv/package.json")) + sep;
const folders = [neighbours, unenv, dirname(resolve("node-inspect-extracted")) + sep];

/** The file that gives a program Node's globals, `Buffer`, `process`, `global`, where it asks for them. */
export const nodeGlobals = neighbour("globals");

function neighbour(name: string): string {
  return join(neighbours, `${name}${extname(import.meta.filename)}`);
}

/**
 * QuickJS as npm ships it: the paths of its files and the meaning of its minified names.
 *
 * The engine is an emscripten build. Its page of JavaScript (`emscripten-module.mjs`) is read here and never run: only
 * that page maps the minified names of the WebAssembly module to readable ones.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { withAnchoredPatterns } from "./anchored-patterns.ts";
import { framesProperty } from "./frames-property.ts";

/** Bellard's QuickJS, or the quickjs-ng fork. */
export type EngineVariant = "quickjs" | "quickjs-ng";

export interface Engine {
  variant: EngineVariant;
  /** The version of the npm package. */
  version: string;
  module: Uint8Array;
  /** The readable name of each export -> its name in the module. */
  exports: ReadonlyMap<string, string>;
  /** The readable name of each import -> its name in the module. All imports are from one module, `importModule`. */
  imports: ReadonlyMap<string, string>;
  importModule: string;
}

/** The pattern by which the JavaScript of each import is recognized. A pattern must match exactly one import. */
const importFeatures: Record<string, RegExp> = {
  abort: /^\(\)=>\w+\(""\)$/,
  assertFail: /Assertion failed/,
  callFunction: /callbacks\.callFunction/,
  clockTimeGet: /performance\.now\(\)\)\)\);return 0/,
  dateNow: /^\(\)=>Date\.now\(\)$/,
  environGet: /\+=\w+\(\w+,\w+,Infinity\)\+1/,
  environSizesGet: /\.length;\w+=0;for\(var \w+ of \w+\)/,
  fdClose: /^\(\)=>52$/,
  fdSeek: /return 70/,
  fdWrite: /TextDecoder|subarray/,
  freeHostRef: /callbacks\.freeHostRef/,
  keepaliveClear: /^\(\)=>\{\w+=!1;\w+=0\}$/,
  loadModuleSource: /callbacks\.loadModuleSource/,
  localtime: /getSeconds/,
  memory: /^\w+$/,
  normalizeModule: /callbacks\.normalizeModule/,
  procExit: /^\w+$/,
  resizeHeap: /\.grow\(/,
  setitimer: /setTimeout/,
  shouldInterrupt: /callbacks\.shouldInterrupt/,
  tzset: /`UTC\$/,
};

/** @throws Error that says what the engine's package lacks */
export function readEngine(variant: EngineVariant): Engine {
  const require = createRequire(import.meta.url);
  const name = `@jitl/${variant}-wasmfile-release-sync`;
  const folder = dirname(require.resolve(`${name}/package.json`));
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const shipped = withHiddenStack(Buffer.from(readFileSync(join(folder, "dist/emscripten-module.wasm"))), variant);
  const module = variant === "quickjs" ? withAnchoredPatterns(shipped) : shipped;
  const glue = readFileSync(join(folder, "dist/emscripten-module.mjs"), "utf8");
  const where = `${name}@${version}`;
  const compiled = new WebAssembly.Module(module as Uint8Array<ArrayBuffer>);
  return {
    variant,
    version,
    module,
    exports: exportNames(glue, WebAssembly.Module.exports(compiled), where),
    imports: importNames(glue, WebAssembly.Module.imports(compiled), where),
    importModule: WebAssembly.Module.imports(compiled)[0]!.module,
  };
}

/**
 * Renames the property `stack`. The engine sets it on an error to the frames, without name and message. Under another
 * name the prelude can read the frames and make the stack that programs see (prelude/error-stacks.ts). The names of the
 * engine's atoms stand in its data, one after the other. quickjs-ng makes whole stacks itself.
 */
function withHiddenStack(module: Buffer<ArrayBuffer>, variant: EngineVariant): Uint8Array<ArrayBuffer> {
  if (variant !== "quickjs") return module;
  const [found, renamed] = ["stack", framesProperty].map((name) => `\0errors\0${name}\0name\0`);
  const at = module.indexOf(found!, 0, "latin1");
  if (at < 0 || module.indexOf(found!, at + 1, "latin1") >= 0) throw new Error("the engine has no one atom `stack`");
  module.write(renamed!, at, "latin1");
  return module;
}

function exportNames(glue: string, actual: WebAssembly.ModuleExportDescriptor[], where: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const [, readable, minified] of glue.matchAll(/\bd\._(\w+)=b\.([\w$]+)/g)) names.set(readable!, minified!);
  const constructors = /ba=!0;Z\.([\w$]+)\(\)/.exec(glue) ?? /=!0;Z\.([\w$]+)\(\);\w+\?\.\(d\)/.exec(glue);
  if (constructors) names.set("constructors", constructors[1]!);
  const known = new Set(actual.map((entry) => entry.name));
  for (const [readable, minified] of names) {
    if (!known.has(minified))
      throw new Error(`${where}: its glue names an export ${minified} (${readable}) that the module lacks`);
  }
  for (const needed of ["constructors", "malloc", "free", "QTS_Eval", "QTS_Call"]) {
    if (!names.has(needed)) throw new Error(`${where}: its glue names no export for ${needed}`);
  }
  return names;
}

function importNames(glue: string, actual: WebAssembly.ModuleImportDescriptor[], where: string): Map<string, string> {
  const bodies = importBodies(glue, where);
  const names = new Map<string, string>();
  for (const entry of actual) {
    const body = bodies.get(entry.name);
    if (body === undefined) throw new Error(`${where}: its glue has no import ${entry.name}`);
    const found = Object.keys(importFeatures).filter(
      (readable) => (readable === "memory") === (entry.kind === "memory") && importFeatures[readable]!.test(body),
    );
    if (found.length !== 1) {
      throw new Error(`${where}: import ${entry.name} could be any of [${found.join(", ")}]: ${body.slice(0, 80)}`);
    }
    if (names.has(found[0]!))
      throw new Error(`${where}: imports ${names.get(found[0]!)} and ${entry.name} are both ${found[0]}`);
    names.set(found[0]!, entry.name);
  }
  return names;
}

/** Splits the object literal that the glue gives the module, at the commas of its top level, into its members. */
function importBodies(glue: string, where: string): Map<string, string> {
  const reference = /\{a:(\w+)\};if\(d\.instantiateWasm\)/.exec(glue);
  const start = reference ? glue.search(new RegExp(`\\b${reference[1]}=\\{`)) : -1;
  if (start < 0) throw new Error(`${where}: its glue has no object of imports`);
  const bodies = new Map<string, string>();
  let depth = 0;
  let member = "";
  let quote = "";
  for (let at = glue.indexOf("{", start); at < glue.length; at++) {
    const char = glue[at]!;
    if (quote) {
      if (char === quote) quote = "";
    } else if (char === '"' || char === "`") quote = char;
    else if ("{([".includes(char) && ++depth === 1) continue;
    else if ("})]".includes(char)) depth--;
    if (depth === 0 || (depth === 1 && char === "," && !quote)) {
      const colon = member.indexOf(":");
      bodies.set(member.slice(0, colon).trim(), member.slice(colon + 1).replace(/\n/g, ""));
      member = "";
      if (depth === 0) return bodies;
    } else member += char;
  }
  throw new Error(`${where}: its glue's object of imports does not end`);
}

/** Bundles a JavaScript or TypeScript project and its npm dependencies into one ES module, the tenant. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import {
  type BuildFailure,
  type BuildOptions,
  build,
  type Message,
  type OnResolveArgs,
  type OnResolveResult,
  type OutputFile,
  type Plugin,
  type PluginBuild,
} from "esbuild";
import { plinthError } from "../../host/errors.ts";
import { asyncAsGenerators } from "./project/async-as-generators.ts";
import { browserFiles } from "./project/browser-files.ts";
import { bundleParts } from "./project/bundle-parts.ts";
import { isPlinths, isWorking, nodeGlobals, nodeModuleEntry, nodeModuleName } from "./project/node-modules.ts";
import { projectRules } from "./project/rules.ts";
import { webGlobalsOf } from "./project/web-globals.ts";

export interface JavaScriptBundle {
  /** An ES module without imports. */
  source: string;
  /** JSON, version 3, without the sources' contents; paths are relative to the project's folder. */
  sourceMap: string;
  /** The packages and files that the bundle is made of. */
  parts: ReturnType<typeof bundleParts>;
  /** Warnings, one sentence each. */
  warnings: string[];
}

/** The edition that the engine understands (measured by runtimes/js/measure-engines.ts). esbuild rewrites newer syntax. */
const target = "es2023";

/** The entries that are tried, in this order, if package.json names none. */
const entries = ["src/index", "index", "src/worker", "worker"];
const extensions = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs"];

/**
 * @param path the project's folder, or its entry file
 * @throws PlinthError PLINTH_BUILD_NO_ENTRY, PLINTH_BUILD_FAILED
 */
export async function bundleJavaScript(path: string): Promise<JavaScriptBundle> {
  const entry = findEntry(resolve(path));
  const folder = projectFolder(resolve(path), entry);
  try {
    const plain = new NodeModules(folder);
    const first = await build(options(folder, entry, plain));
    // A second pass gives the program the modules of Node and the rare globals that it uses, so that other programs
    // have none of them.
    const globals = webGlobalsOf(textOf(first, ".js"));
    const isWhole = plain.used.size === 0 && globals.length === 0;
    const result = isWhole ? first : await build(secondOptions(folder, entry, plain.used, globals));
    const warnings = result.warnings.map((message) => sentence(message, folder));
    const asWritten = (path: string) => relative(realpathSync(folder), path).replaceAll("\\", "/");
    const parts = bundleParts(result.metafile, asWritten(realpathSync(entry)), asWritten(import.meta.dirname));
    return { source: textOf(result, ".js"), sourceMap: textOf(result, ".map"), parts, warnings };
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (!errors) throw error;
    const text = errors.map((message) => sentence(message, folder)).join("\n");
    throw plinthError("PLINTH_BUILD_FAILED", [text], { cause: error });
  }
}

function options(folder: string, entry: string, nodeModules: NodeModules) {
  return {
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    write: false,
    outfile: join(folder, "worker.js"),
    format: "esm",
    target,
    // Packages name under "browser" the files that need no Node.
    platform: "browser",
    mainFields: ["browser", "module", "main"],
    conditions: ["plinth", "workerd", "worker", "browser", "module", "import"],
    loader: { ".html": "text", ".sql": "text", ".txt": "text", ".bin": "binary" },
    minify: true,
    // Programs see names (`new.target.name`, an error's constructor, stacks), so shortened names would be wrong.
    keepNames: true,
    treeShaking: true,
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    sourcemap: "external",
    sourcesContent: false,
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
    plugins: [nodeModules.plugin(), browserFiles],
  } as const satisfies BuildOptions;
}

function textOf({ outputFiles }: { outputFiles: OutputFile[] }, end: string): string {
  return outputFiles.find((file) => file.path.endsWith(end))!.text;
}

/** @param used names of Node's modules that the program imports */
function secondOptions(folder: string, entry: string, used: ReadonlySet<string>, globals: readonly string[]) {
  const web = options(folder, entry, new NodeModules(folder));
  const plugins = used.has("async_hooks") ? [...web.plugins, asyncAsGenerators(folder)] : web.plugins;
  return { ...web, inject: used.size === 0 ? [...globals] : [...globals, nodeGlobals], plugins };
}

/** The namespace of modules that package.json maps to nothing. */
const nothing = "nothing";

/** The namespace of ES modules that CommonJS requires. */
const required = "required";

/**
 * Gives programs the modules of Node that Plinth has, and refuses the others with the name of the file that imports one.
 */
class NodeModules {
  /** Names of the modules that the program imports, such as "path" for "node:path". */
  readonly used = new Set<string>();
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  plugin(): Plugin {
    return {
      name: "node-modules",
      setup: (bundle) => {
        bundle.onResolve({ filter: /^(node:)?[a-z_0-9]+(\/[a-z_0-9]+)*\/?$/ }, (args) => this.#resolve(bundle, args));
        bundle.onLoad({ filter: /./, namespace: nothing }, () => ({ contents: "" }));
        // CommonJS gets a module's default export, as in Node: `require("events")` is a class.
        bundle.onLoad({ filter: /./, namespace: required }, ({ pluginData: module }) => ({
          contents: `module.exports = require(${JSON.stringify(module)}).default;`,
          resolveDir: import.meta.dirname,
        }));
      },
    };
  }

  async #resolve(bundle: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult | undefined> {
    const { path, importer, kind, resolveDir, pluginData, with: attributes } = args;
    const name = nodeModuleName(path.replace(/\/$/, ""));
    if (name === undefined || pluginData === NodeModules) return undefined;
    const again = { kind, importer, with: attributes, pluginData: NodeModules };
    if (!path.startsWith("node:")) {
      // A package may have the same name ("punycode", "events", "buffer"), or package.json may map the module to
      // nothing ("browser").
      const found = await bundle.resolve(path, { ...again, resolveDir });
      if (found.errors.length === 0) return isAbsolute(found.path) ? found : { path, namespace: nothing };
    }
    const text = `${relative(this.#folder, importer)} imports "${path}", a module of Node's, which tenants do not have`;
    if (!isWorking(name) && !/[\\/]node_modules[\\/]/.test(importer)) return { errors: [{ text }] };
    const entry = nodeModuleEntry(name, importer);
    const found = await bundle.resolve(entry, { ...again, resolveDir: import.meta.dirname });
    if (found.errors.length > 0) return { errors: [{ text }] };
    if (!isPlinths(importer)) this.used.add(name);
    if (kind !== "require-call" || !isPlinths(found.path)) return found;
    // The ending tells esbuild that the file in between is no ES module.
    return { path: `${found.path}.cjs`, namespace: required, pluginData: found.path };
  }
}

function findEntry(path: string): string {
  if (existsSync(path) && statSync(path).isFile()) return path;
  for (const candidate of [...named(path), ...entries.flatMap((name) => extensions.map((end) => name + end))]) {
    const file = resolve(path, candidate);
    if (existsSync(file) && statSync(file).isFile()) return file;
  }
  const tried = `package.json's main and ${entries.join(", ")} (.ts, .js, ...)`;
  throw plinthError("PLINTH_BUILD_NO_ENTRY", [path, tried, projectRules.advice]);
}

/** The entries that package.json names. The field "plinth" comes first. */
function named(folder: string): string[] {
  try {
    const json = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
    return [json.plinth, json.module, json.main].filter((value) => typeof value === "string");
  } catch {
    return [];
  }
}

function projectFolder(path: string, entry: string): string {
  if (path !== entry) return path;
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return dirname(entry);
  }
}

function sentence({ text, location }: Message, folder: string): string {
  if (!location) return text;
  const file = location.file === "" ? basename(folder) : location.file;
  return `${file}:${location.line}:${location.column + 1}: ${text}`;
}

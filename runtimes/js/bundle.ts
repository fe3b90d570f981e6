/** Bundles a JavaScript or TypeScript project and its npm dependencies into one ES module, the tenant. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type BuildFailure, build, type Message, type Plugin } from "esbuild";
import { plinthError } from "../../host/errors.ts";
import { projectRules } from "./project/rules.ts";

export interface JavaScriptBundle {
  /** An ES module without imports. */
  source: string;
  /** JSON, version 3, without the sources' contents; paths are relative to the project's folder. */
  sourceMap: string;
  /** One sentence each. */
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
    const result = await build({
      absWorkingDir: folder,
      entryPoints: [entry],
      bundle: true,
      write: false,
      outfile: join(folder, "worker.js"),
      format: "esm",
      target,
      platform: "neutral",
      mainFields: ["browser", "module", "main"],
      conditions: ["plinth", "workerd", "worker", "browser", "module", "import"],
      minify: true,
      // esbuild keeps names by a call for each function and class at load. The source map gives files and lines back.
      keepNames: false,
      treeShaking: true,
      charset: "utf8",
      legalComments: "none",
      sourcemap: "external",
      sourcesContent: false,
      define: { "process.env.NODE_ENV": '"production"' },
      logLevel: "silent",
      plugins: [refuseBuiltins(folder)],
    });
    const [map, source] = [".map", ".js"].map(
      (end) => result.outputFiles.find((file) => file.path.endsWith(end))!.text,
    );
    return { source: source!, sourceMap: map!, warnings: result.warnings.map((message) => sentence(message, folder)) };
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (!errors) throw error;
    const text = errors.map((message) => sentence(message, folder)).join("\n");
    throw plinthError("PLINTH_BUILD_FAILED", [text], { cause: error });
  }
}

/** Tenants do not have Node's own modules. The error names the file that imports one, which esbuild's own does not. */
function refuseBuiltins(folder: string): Plugin {
  return {
    name: "refuse-node-builtins",
    setup(bundle) {
      bundle.onResolve(
        { filter: /^(node:)?[a-z_]+(\/[a-z_]+)*$/ },
        async ({ path, importer, kind, pluginData, resolveDir, with: attributes }) => {
          if (!isBuiltin(path) || pluginData === refuseBuiltins) return undefined;
          if (!path.startsWith("node:")) {
            // A package may have the same name ("punycode", "events", "buffer"), or package.json may map the module to
            // nothing ("browser").
            const found = await bundle.resolve(path, {
              kind,
              importer,
              resolveDir,
              with: attributes,
              pluginData: refuseBuiltins,
            });
            if (found.errors.length === 0) return found;
          }
          const text = `${relative(folder, importer)} imports "${path}", a module of Node's, which tenants do not have`;
          return { errors: [{ text }] };
        },
      );
    },
  };
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

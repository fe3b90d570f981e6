/** The sources as JavaScript with declarations: Node does not strip types below `node_modules`. */
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Folders whose files other than TypeScript go into the package as they are. */
const ASSETS = ["host", "runtimes", "wit", "docs"];

/** Folders that only a clone needs: the pages' site, tests, measurements, and what `runtimes/js/dist` is made of. */
const LEFT_OUT = [
  "docs/.vitepress",
  "docs/dist",
  "docs/node_modules",
  "docs/site",
  "runtimes/go/conformance",
  "runtimes/go/dist",
  "runtimes/go/sdk-test",
  "runtimes/go/showcase",
  "runtimes/go/testdata",
  "runtimes/js/__snapshots__",
  "runtimes/js/adapter",
  "runtimes/js/prelude",
  "runtimes/python/dist",
  "runtimes/python-data/dist",
];

/** Compiles the sources into `target`, and copies what they read beside them. */
export function emit(target: string): void {
  const compiler = join(root, "node_modules", ".bin", "tsc");
  execFileSync(compiler, ["-p", "packaging/tsconfig.json", "--outDir", target], { cwd: root, stdio: "inherit" });
  for (const folder of ASSETS) copyAssets(folder, target);
  for (const path of filesBelow(target)) if (path.endsWith(".js")) rewriteEntries(path);
  for (const file of ["README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"])
    cpSync(join(root, file), join(target, file));
}

/** The compiler rewrites what TypeScript imports. The launcher is JavaScript, and entries of threads are named by URLs. */
function rewriteEntries(path: string): void {
  const text = readFileSync(path, "utf8");
  const rewritten = text.replaceAll(/(?<=(?:new URL|import)\("\.{1,2}\/[\w./-]+)\.ts(?=")/g, ".js");
  if (rewritten !== text) writeFileSync(path, rewritten);
}

function copyAssets(folder: string, target: string): void {
  for (const path of filesBelow(join(root, folder))) {
    const name = relative(root, path);
    if (LEFT_OUT.some((left) => name.startsWith(`${left}/`)) || isCompiled(name)) continue;
    cpSync(path, join(target, name));
  }
}

/** Declarations that are written by hand are copied. TypeScript in a template is a user's. */
function isCompiled(name: string): boolean {
  return name.endsWith(".ts") && !name.endsWith(".d.ts") && !/^runtimes\/[^/]+\/templates\//.test(name);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { type Loader, type Plugin, transform } from "esbuild";
import { isPlinths } from "./node-modules.ts";

const loaders: Readonly<Record<string, Loader>> = {
  ".js": "jsx",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
};

/**
 * Writes the async functions of a program and its packages as generators. The context of node:async_hooks goes along with
 * `then`, and an `await` of the engine's own calls none (node/async_hooks.ts). The modules of Node stay as they are.
 */
export function asyncAsGenerators(folder: string): Plugin {
  const tsconfig = join(folder, "tsconfig.json");
  const tsconfigRaw = existsSync(tsconfig) ? readFileSync(tsconfig, "utf8") : "{}";
  return {
    name: "async-as-generators",
    setup(bundle) {
      bundle.onLoad({ filter: /[.][cm]?[jt]sx?$/, namespace: "file" }, async ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (isPlinths(path) || !/\basync\b/.test(text)) return undefined;
        const loader = loaders[extname(path)]!;
        const { code } = await transform(text, {
          loader,
          sourcefile: path,
          sourcemap: "inline",
          sourcesContent: false,
          jsx: "preserve",
          tsconfigRaw,
          supported: { "async-await": false, "async-generator": false, "for-await": false },
        });
        return { contents: code, loader: loader.endsWith("x") ? "jsx" : "js" };
      });
    },
  };
}

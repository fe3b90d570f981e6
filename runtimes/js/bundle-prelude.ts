/** Makes one script of the prelude: an expression whose value is a function of the natives (prelude/natives.ts). */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { nativeNames } from "./native-names.ts";

const preludeFile = (name: string) => fileURLToPath(new URL(`prelude/${name}`, import.meta.url));

/**
 * Imports whatwg-url's parser by its file, since the package exports only the whole. whatwg-support.ts takes the place
 * of the parser's dependencies.
 */
const whatwgUrl: Plugin = {
  name: "whatwg-url",
  setup(bundle) {
    const require = createRequire(import.meta.url);
    const stateMachine = require.resolve("whatwg-url").replace(/index\.js$/, "lib/url-state-machine.js");
    const support = preludeFile("whatwg-support.ts");
    bundle.onResolve({ filter: /^whatwg-url\/lib\/url-state-machine\.js$/ }, () => ({ path: stateMachine }));
    bundle.onResolve({ filter: /^(tr46|@exodus\/bytes\/.*|\.\/encoding)$/ }, (from) =>
      /[\\/]whatwg-url[\\/]/.test(from.importer) ? { path: support } : undefined,
    );
  },
};

export interface PreludeBundle {
  source: string;
  /** The paths of the bundled files, for the hash of a build's inputs. */
  inputs: string[];
}

export async function bundlePrelude(): Promise<PreludeBundle> {
  const result = await build({
    entryPoints: [preludeFile("main.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["browser", "module", "import"],
    target: "es2023",
    charset: "utf8",
    // Names that programs see are set (web-idl.ts, `shape`). Stacks have no frames of the prelude.
    minify: true,
    legalComments: "none",
    metafile: true,
    plugins: [whatwgUrl],
    logLevel: "silent",
    tsconfigRaw: {},
  });
  const body = result.outputFiles[0]!.text;
  return {
    source: `(function(${nativeNames.join(",")}){"use strict";${body}})`,
    inputs: Object.keys(result.metafile.inputs).sort(),
  };
}

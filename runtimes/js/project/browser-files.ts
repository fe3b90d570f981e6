/**
 * Files of packages that are for browsers and need a page. A package's `browser` map puts `parse.browser.js` in the
 * place of `parse.js`, and tenants get the files for browsers. Tenants have no page, though, and Node's file may need
 * no machine.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Plugin } from "esbuild";

const needsPage = /\b(?:DOMParser|XMLHttpRequest|XMLSerializer)\b|\b(?:document|window)\s*[.[]/;

export const browserFiles: Plugin = {
  name: "browser-files",
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]node_modules[\\/].*\.browser\.[cm]?js$/ }, async ({ path }) => {
      const beside = path.replace(/\.browser(?=\.[cm]?js$)/, "");
      if (!existsSync(beside) || !needsPage.test(await readFile(path, "utf8"))) return undefined;
      return { contents: await readFile(beside), resolveDir: dirname(beside) };
    });
  },
};

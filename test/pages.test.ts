/** Holds all pages: their links lead to targets that exist, and their prose fits the line width. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const pages = globSync(["*.md", "{docs,guest-examples,host,runtimes,wit}/**/*.md"], {
  cwd: root,
  // An example builds a site of these pages, and their links are valid only in that site.
  exclude: ["**/node_modules/**", "**/dist/**", "guest-examples/*/pages/**"],
}).sort();

/** A page's text without its blocks of code. */
function proseOf(page: string): string {
  return readFileSync(join(root, page), "utf8").replaceAll(/^```.*?^```$/gms, "");
}

/** The anchors that GitHub makes of a page's headings. */
function anchorsOf(page: string): Set<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

test.each(pages)("%s links to pages and headings that are there", (page) => {
  const links = [...proseOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link!);
  const broken = links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).has(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(pages)("the prose of %s fits 124 columns", (page) => {
  // A row of a table cannot be broken, nor can a message, cause or remedy in errors.md, nor the target of a link.
  const lines = proseOf(page)
    .split("\n")
    .filter((line) => !/^(\||> |Cause: |Remedy: )/.test(line))
    .map((line) => line.replaceAll(/\]\(\S+\)/g, "]"));
  expect(lines.filter((line) => line.length > 124)).toEqual([]);
});

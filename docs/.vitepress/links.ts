/**
 * Links between pages. The pages name files of the clone, as GitHub shows them. Links to pages of the site lead there, and
 * links to other files of the clone lead to the repository (`DOCS_SOURCE`, the address of its files) or become plain text.
 */
import { posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";

/** Pages of the site that are made of files outside of docs/, by the files' paths in the clone. */
const madeOf: Readonly<Record<string, string>> = {
  "CHANGELOG.md": "changelog.md",
  "CONTRIBUTING.md": "contributing.md",
  "SECURITY.md": "security.md",
  "guest-examples/README.md": "examples.md",
};
const sourceOf = Object.fromEntries(Object.entries(madeOf).map(([file, page]) => [page, file]));

type Token = ReturnType<MarkdownRenderer["parse"]>[number];

export function linksOfSite(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("links-of-site", ({ tokens, env }) => {
    const page: string = env.relativePath;
    const file = sourceOf[page] ?? posix.join("docs", page);
    for (const { children } of tokens) {
      let dropped = 0;
      for (const token of children ?? []) {
        if (token.type === "link_open" && !lead(token, file)) dropped++;
        else if (token.type !== "link_close" || dropped === 0) continue;
        else dropped--;
        token.type = "text";
        token.tag = "";
        token.nesting = 0;
        token.content = "";
      }
    }
  });
}

/** Leads a link to its target on the site. @returns false if the target has no address */
function lead(token: Token, file: string): boolean {
  const href = token.attrGet("href") ?? "";
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return true;
  const [path = "", anchor] = href.split("#");
  const target = posix.normalize(posix.join(posix.dirname(file), decodeURI(path)));
  const page = madeOf[target] ?? (target.startsWith("docs/") ? target.slice("docs/".length) : undefined);
  const source = process.env.DOCS_SOURCE;
  if (page === undefined && source === undefined) return false;
  const address = page === undefined ? `${source}/${target}` : `/${page}`;
  token.attrSet("href", anchor === undefined ? address : `${address}#${anchor}`);
  return true;
}

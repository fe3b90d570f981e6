import MarkdownIt from "markdown-it";
import type { Pages } from "./env.ts";

// The renderer is made once, when the version is deployed.
const markdown = new MarkdownIt({ html: true, linkify: true, typographer: true });

export interface Page {
  /** The page's first heading; null if it has none. */
  readonly title: string | null;
  /** The page's content as HTML. */
  readonly content: string;
}

const plainLayout = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{title}}</title>
<header><a href="/">{{site}}</a></header>
<main>{{content}}</main>
</html>
`;

/** @param key ends in ".md" for Markdown, or in ".html" for HTML, which stays as it is */
export function renderPage(key: string, source: string): Page {
  if (!key.endsWith(".md")) return { title: /<h1[^>]*>([^<]*)<\/h1>/i.exec(source)?.[1] ?? null, content: source };
  const tokens = markdown.parse(source, {});
  const heading = tokens.findIndex(({ type }) => type === "heading_open");
  const title = heading < 0 ? null : escaped(tokens[heading + 1]?.content ?? "");
  return { title, content: markdown.renderer.render(tokens, markdown.options, {}) };
}

/** The content of the front page for a site without an index page. */
export async function contentsPage(pages: Pages): Promise<Page> {
  const links: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await pages.list(cursor === undefined ? {} : { cursor });
    for (const { name } of page.keys) {
      const path = /^(.*)\.(md|html)$/.exec(name)?.[1];
      if (path === undefined || path === "404" || path === "layout") continue;
      links.push(`<li><a href="/${encodeURI(path)}">${escaped(path)}</a></li>`);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { title: null, content: links.length === 0 ? "<p>No pages yet.</p>" : `<ul>${links.join("")}</ul>` };
}

/** @param layout HTML with `{{title}}`, `{{site}}` and `{{content}}`; null for the plain layout */
export function layOut(layout: string | null, site: string, { title, content }: Page): string {
  const parts: Readonly<Record<string, string>> = {
    title: title === null ? escaped(site) : `${title} · ${escaped(site)}`,
    site: escaped(site),
    content,
  };
  return (layout ?? plainLayout).replace(/\{\{(title|site|content)\}\}/g, (_, name: string) => parts[name]!);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

import type { Heading } from "./headings.ts";

export interface Page {
  readonly title: string;
  readonly outline: readonly Heading[];
  /** The page's content as HTML. */
  readonly body: string;
}

/** Makes a whole HTML document. It escapes `title` and `outline`. */
export function page({ title, outline, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}pre{overflow:auto}</style>
</head>
<body>
${contents(outline)}<main>
${body}</main>
</body>
</html>
`;
}

function contents(outline: readonly Heading[]): string {
  if (outline.length < 2) return "";
  const items = outline.map(({ id, text }) => `<li><a href="#${escapeHtml(id)}">${escapeHtml(text)}</a></li>`);
  return `<nav><ul>\n${items.join("\n")}\n</ul></nav>\n`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}

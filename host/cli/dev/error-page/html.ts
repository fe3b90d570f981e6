import { createHash } from "node:crypto";
import type { Excerpt } from "./excerpt.ts";
import type { FailedView } from "./failed-view.ts";
import { style } from "./style.ts";

/** Keeps the page from loading or running anything, whatever a program has written into its error. */
export const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The error page for a browser. */
export function errorHtml(view: FailedView): string {
  const { request, status, code, message, reason, excerpts, stack, logged, buildFailure } = view;
  const title = (reason ?? message).split("\n")[0]!;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${style}</style>
<main>
<p>${escaped(request)}: ${status} ${escaped(code)}</p>
<h1>${escaped(reason ?? message)}</h1>
${reason === null ? "" : `<p>${escaped(message)}</p>`}
${buildFailure === null ? "" : `<h2>The last build failed</h2>\n<pre>${escaped(buildFailure)}</pre>`}
${excerpts.length === 0 ? "" : `<h2>Where</h2>\n${excerpts.map(excerptHtml).join("\n")}`}
${stack === null || stack === reason ? "" : `<h2>Stack</h2>\n<pre>${escaped(stack.trimEnd())}</pre>`}
${logged.length === 0 ? "" : `<h2>Logged before</h2>\n<pre>${escaped(logged.join("\n"))}</pre>`}
</main>
</html>
`;
}

/** An excerpt. The first one is open. */
function excerptHtml({ file, line, column, first, lines }: Excerpt, at: number): string {
  const rows = lines.map((text, index) => {
    const number = first + index;
    const mark = number === line ? ' class="here" aria-current="true"' : "";
    return `<tr${mark}><th scope="row">${number}</th><td>${escaped(text)}</td></tr>`;
  });
  const place = `${file}:${line}${column === undefined ? "" : `:${column}`}`;
  return `<details${at === 0 ? " open" : ""}><summary>${escaped(place)}</summary>
<div class="source"><table>${rows.join("")}</table></div></details>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

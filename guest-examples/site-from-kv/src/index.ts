/**
 * A site without an origin server. The key of a page is its path with `.md` or `.html`. `index` is the page of a folder,
 * `404` the page for missing paths, `layout.html` the frame around a page. Every other file is served as it is.
 */
import { contentType, hasExtension } from "./content-type.ts";
import type { Env } from "./env.ts";
import { contentsPage, layOut, renderPage } from "./pages.ts";

/** The longest key of KV, less the longest ending that this program adds, bytes. */
const LONGEST_PATH = 512 - "index.html".length;

// An ETag has the time of the deploy, because a new version may render the same values differently.
const deployed = Date.now().toString(36);

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response("read only\n", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const path = decodedPath(request.url);
    if (path === null) return new Response("the path is not well-formed\n", { status: 400 });
    if (new TextEncoder().encode(path).length > LONGEST_PATH)
      return new Response("the path is too long\n", { status: 414 });
    const response = hasExtension(path) ? await asset(path, env) : null;
    return unlessKnown(request, response ?? (await page(path, env)));
  },
};

async function asset(path: string, env: Env): Promise<Response | null> {
  const { value, metadata, revision } = await env.PAGES.getWithMetadata(path, "arrayBuffer");
  if (value === null) return null;
  const type = (metadata as { type?: string } | null)?.type ?? contentType(path);
  return answer(value, type, `${revision}`);
}

async function page(path: string, env: Env): Promise<Response> {
  const name = path === "" || path.endsWith("/") ? `${path}index` : path;
  const entries = await env.PAGES.getWithMetadata([`${name}.md`, `${name}.html`, "404.md", "layout.html"]);
  const layout = entries.get("layout.html")!;
  for (const key of [`${name}.md`, `${name}.html`]) {
    const { value, revision } = entries.get(key)!;
    if (value === null) continue;
    const html = layOut(layout.value, env.TITLE, renderPage(key, value));
    return answer(html, "text/html; charset=utf-8", `${revision}-${layout.revision ?? 0}`);
  }
  if (path === "")
    return answer(layOut(layout.value, env.TITLE, await contentsPage(env.PAGES)), "text/html; charset=utf-8");
  const missing = renderPage("404.md", entries.get("404.md")!.value ?? "# Not found\n\nThere is no such page.");
  const html = layOut(layout.value, env.TITLE, missing);
  return new Response(html, { status: 404, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** @param revision of all values in the answer; without it the answer has no ETag */
function answer(body: string | ArrayBuffer, type: string, revision?: string): Response {
  // Browsers keep the answer, and ask each time whether it has changed.
  const headers = new Headers({ "content-type": type, "cache-control": "no-cache" });
  if (revision !== undefined) headers.set("etag", `"${revision}-${deployed}"`);
  return new Response(body, { headers });
}

function unlessKnown(request: Request, response: Response): Response {
  const etag = response.headers.get("etag");
  const known = request.headers.get("if-none-match")?.split(/\s*,\s*/) ?? [];
  if (etag === null || !known.some((value) => value === "*" || value.replace(/^W\//, "") === etag)) return response;
  return new Response(null, { status: 304, headers: response.headers });
}

/** @returns the path without its leading slash; null if it is not UTF-8 */
function decodedPath(url: string): string | null {
  try {
    return decodeURIComponent(new URL(url).pathname.slice(1));
  } catch {
    return null;
  }
}

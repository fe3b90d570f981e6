/** Shows another server under this one's name. Links and redirects lead back here, and every page has a banner. */
import type { Env } from "./env.ts";
import { rewriteHtml } from "./html.ts";
import { linkRewriter } from "./links.ts";

/** These fields describe the origin's page and not the rewritten one. */
const ofTheOriginal = ["content-length", "content-md5", "digest", "etag", "last-modified", "accept-ranges"];

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const hasBody = request.method !== "GET" && request.method !== "HEAD";
    const response = await fetch(env.ORIGIN + pathname + search, {
      method: request.method,
      headers: forwarded(request),
      redirect: "manual",
      ...(hasBody ? { body: await request.arrayBuffer() } : {}),
    });
    const here = linkRewriter(env.ORIGIN);
    const headers = new Headers(response.headers);
    const location = headers.get("location");
    if (location !== null) headers.set("location", here(location));
    if (!isHtml(headers)) return new Response(response.body, { status: response.status, headers });
    for (const name of ofTheOriginal) headers.delete(name);
    headers.set("content-type", "text/html; charset=utf-8");
    return new Response(rewriteHtml(await response.text(), { link: here, banner: env.BANNER }), {
      status: response.status,
      headers,
    });
  },
};

function forwarded(request: Request): Headers {
  const headers = new Headers(request.headers);
  headers.set("x-forwarded-host", new URL(request.url).host);
  // These fields ask for parts of the origin's page or for changes to it. The rewritten page is another page.
  for (const name of ["range", "if-range", "if-none-match", "if-modified-since"]) headers.delete(name);
  return headers;
}

/** Whether a page is HTML in UTF-8. Pages in other encodings are passed on as they are. */
function isHtml(headers: Headers): boolean {
  const type = headers.get("content-type")?.toLowerCase() ?? "";
  return type.startsWith("text/html") && (/charset="?([^";]*)/.exec(type)?.[1] ?? "utf-8").trim() === "utf-8";
}

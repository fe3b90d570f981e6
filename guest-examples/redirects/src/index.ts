/** Redirects by table: single paths from KV, then rules from the manifest. A redirect keeps the query. */
import type { Env } from "./env.ts";
import { type Redirect, redirectByRules } from "./rules.ts";

const statuses: ReadonlySet<number> = new Set([301, 302, 307, 308]);
/** Browsers and caches keep a redirect this long, s. Without it they keep a 301 or 308 for ever. */
const MAX_AGE = 3600;
/** The longest key of KV, bytes. Paths are ASCII. */
const LONGEST_KEY = 512;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const found = (await single(pathname, env)) ?? redirectByRules(env.RULES, pathname);
    if (found === null) return new Response("nothing leads from here\n", { status: 404 });
    const status = found.status ?? 302;
    if (!statuses.has(status)) throw new Error(`the redirect of ${pathname} has the status ${status}`);
    return new Response(null, {
      status,
      headers: { location: withQuery(found.to, search), "cache-control": `public, max-age=${MAX_AGE}` },
    });
  },
};

/** Finds the redirect of one path: `plinth kv put NAME PATHS /old /new --metadata '{"status":301}'` */
async function single(path: string, { PATHS }: Env): Promise<Redirect | null> {
  if (path.length > LONGEST_KEY) return null;
  const { value, metadata } = await PATHS.getWithMetadata(path, "text");
  if (value === null) return null;
  return { to: value.trim(), status: (metadata as { status?: number } | null)?.status };
}

function withQuery(to: string, search: string): string {
  if (search === "") return to;
  const [address, fragment] = to.split("#", 2);
  const joined = `${address}${address!.includes("?") ? `&${search.slice(1)}` : search}`;
  return fragment === undefined ? joined : `${joined}#${fragment}`;
}

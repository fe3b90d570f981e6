/** `/polyfills.js?features=A,B`: a script in ES2015 with the features that the browser lacks. */
import type { Env } from "./env.ts";
import { allFeatures } from "./features.ts";
import { neededFeatures, parseFeatures } from "./needed.ts";

/** Seconds. A browser that is updated meanwhile loads a little too much, but nothing breaks. */
const MAX_AGE = 24 * 60 * 60;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/polyfills.js") return new Response("there is /polyfills.js\n", { status: 404 });
    const wanted = parseFeatures(searchParams.get("features"));
    if (wanted === null) return new Response(`known features: ${allFeatures.join(", ")}\n`, { status: 400 });
    const needed = neededFeatures(request.headers.get("user-agent") ?? "", wanted);

    const sources =
      needed.length === 0 ? new Map() : await env.POLYFILLS.getWithMetadata(needed.map((name) => `${name}.js`));
    const etag = `"${needed.map((name) => `${name}@${sources.get(`${name}.js`).revision ?? 0}`).join(",")}"`;
    const headers = {
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": `public, max-age=${MAX_AGE}`,
      // The same address gives different browsers different scripts.
      vary: "User-Agent",
      etag,
    };
    if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
    const parts = needed.map((name) => sources.get(`${name}.js`).value ?? `/* ${name} has not been written to KV */\n`);
    return new Response(`/* ${needed.join(", ") || "nothing is missing"} */\n${parts.join("")}`, { headers });
  },
};

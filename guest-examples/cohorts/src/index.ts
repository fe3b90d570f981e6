/** `/` is an experiment: a share of the visitors sees another headline. One of two installations serves `/app/`. */
import { blueGreen } from "./blue-green.ts";
import type { Env } from "./env.ts";
import { experimentPage } from "./experiment.ts";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return experimentPage(request, env.EXPERIMENT);
    if (pathname.startsWith("/app/")) return blueGreen(request, env);
    return new Response("there is no such page\n", { status: 404 });
  },
};

/** The dashboard's files. They are public. A visitor gives the page a token, and the page sends it with each call. */
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { FastifyInstance } from "fastify";

const page = join(import.meta.dirname, "../dashboard/page");
const charts = dirname(createRequire(import.meta.url).resolve("uplot"));

const types = { html: "text/html", js: "text/javascript", css: "text/css" };

/** The files by their paths below /dashboard/. */
const files: Readonly<Record<string, string>> = {
  "": join(page, "index.html"),
  ...Object.fromEntries(
    [
      "style.css",
      "main.js",
      "api.js",
      "dom.js",
      "charts.js",
      "overview.js",
      "tenant.js",
      "versions.js",
      "kv.js",
      "log.js",
    ].map((name) => [name, join(page, name)]),
  ),
  "uplot.js": join(charts, "uPlot.esm.js"),
  "uplot.css": join(charts, "uPlot.min.css"),
};

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/** Adds the routes at the server's root. */
export function addDashboard(app: FastifyInstance): void {
  const open = { config: { access: "public" as const }, schema: { hide: true } };
  app.get("/", open, async (_request, reply) => reply.redirect("/dashboard/"));
  for (const [name, file] of Object.entries(files)) {
    const type = types[file.split(".").at(-1) as keyof typeof types];
    app.get(`/dashboard/${name}`, open, async (_request, reply) =>
      reply.headers(headers).type(`${type}; charset=utf-8`).send(createReadStream(file)),
    );
  }
}

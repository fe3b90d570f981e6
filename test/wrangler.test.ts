/** Projects of Cloudflare Workers: the real command line takes them as wrangler does, and they answer over HTTP. */
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliResult, runCli, startCli } from "./support/cli.ts";
import { startTestHost, type TestHost } from "./support/host.ts";

const modules = join(import.meta.dirname, "../node_modules");

let root: string;
let host: TestHost;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "plinth-wrangler-"));
  host = await startTestHost();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

async function project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  // This stands in for npm install.
  await symlink(modules, join(folder, "node_modules"));
  return folder;
}

function run(args: readonly string[], cwd: string, to: TestHost = host): Promise<CliResult> {
  return runCli(args, { cwd, env: { PLINTH_ADMIN: to.adminUrl, PLINTH_TOKEN: to.token } });
}

async function plinth(args: readonly string[], cwd: string, to?: TestHost): Promise<string> {
  const { code, stdout, stderr } = await run(args, cwd, to);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

const honoToml = `
name = "links"
main = "src/index.ts"
compatibility_date = "2026-01-01"
compatibility_flags = ["nodejs_compat"]
routes = [{ pattern = "links.example.com", custom_domain = true }]

[vars]
GREETING = "hello"
FLAGS = { beta = true }

[[kv_namespaces]]
binding = "LINKS"
id = "0f2ac74b498b48028cb68387c421e279"

[assets]
directory = "public"
binding = "ASSETS"
run_worker_first = ["/raw/*"]

[triggers]
crons = ["0 0 1 1 *"]

[observability]
enabled = true
`;

const honoSource = `
import { Hono } from "hono";
type Bindings = { GREETING: string; FLAGS: { beta: boolean }; LINKS: KVNamespace; ASSETS: Fetcher };
const app = new Hono<{ Bindings: Bindings }>();
app.get("/", (c) => c.text(c.env.GREETING + " " + c.env.FLAGS.beta));
app.get("/raw/:file", (c) => c.env.ASSETS.fetch(new URL("/" + c.req.param("file"), c.req.url)));
app.put("/:key", async (c) => {
  await c.env.LINKS.put(c.req.param("key"), await c.req.text());
  return c.body(null, 204);
});
app.get("/:key", async (c) => {
  const link = await c.env.LINKS.get(c.req.param("key"));
  return link === null ? c.notFound() : c.redirect(link);
});
export default {
  fetch: app.fetch,
  async scheduled(controller: ScheduledController, env: Bindings, ctx: ExecutionContext) {
    ctx.waitUntil(env.LINKS.put("ran", "https://example.com/" + controller.type));
  },
};
`;

test("a project with Hono, KV, vars, static files and crons deploys unchanged", async () => {
  const files = { "wrangler.toml": honoToml, "src/index.ts": honoSource, "public/logo.txt": "(a logo)" };
  const folder = await project("hono", files);
  const dataDir = join(root, "data");
  {
    await using first = await startTestHost({ dataDir });
    expect(await plinth(["deploy"], folder, first)).toMatch(/^links: version 1, /);
    expect(await (await first.fetch("links")).text()).toBe("hello true");
    expect((await first.getByHostname("links.example.com")).body).toBe("hello true");
    const put = { method: "PUT", body: "https://example.org/" };
    expect((await first.fetch("links", "/docs", put)).status).toBe(204);
    const response = await first.fetch("links", "/docs", { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "https://example.org/"]);
    for (const path of ["/logo.txt", "/raw/logo.txt"]) {
      expect(await (await first.fetch("links", path)).text()).toBe("(a logo)");
    }
    expect(await plinth(["cron", "list", "links"], folder, first)).toContain("0 0 1 1 *");
  }
  // A cron of wrangler has minutes and cannot say "every second".
  {
    using database = new DatabaseSync(join(dataDir, "registry.sqlite"));
    database.prepare("UPDATE versions SET config = json_set(config, '$.crons[0]', '* * * * * *')").run();
  }
  await using second = await startTestHost({ dataDir });
  const ran = () => second.fetch("links", "/ran", { redirect: "manual" });
  await expect
    .poll(async () => (await ran()).headers.get("location"), { timeout: 60_000 })
    .toBe("https://example.com/scheduled");
}, 120_000);

test("an environment is a tenant of its own, with its vars, routes and data", async () => {
  const folder = await project("staged", {
    "wrangler.toml": `
name = "staged"
main = "index.js"
routes = ["staged.example.com/*"]
vars = { MODE = "live", ONLY_LIVE = "x" }
kv_namespaces = [{ binding = "NOTES", id = "live" }]
[env.staging]
routes = ["staging.example.com/*"]
vars = { MODE = "test" }
kv_namespaces = [{ binding = "NOTES", id = "test" }]
`,
    "index.js": `export default { async fetch(request, env) {
      if (request.method === "PUT") await env.NOTES.put("note", await request.text());
      return Response.json([env.MODE, env.ONLY_LIVE ?? null, await env.NOTES.get("note")]);
    } };`,
  });
  expect(await plinth(["deploy", "--env", "staging"], folder)).toMatch(/^staged-staging: version 1, /);
  expect((await host.admin("/v1/tenants/staged")).status).toBe(404);
  await plinth(["deploy"], folder);
  await host.fetch("staged-staging", "/", { method: "PUT", body: "a note" });
  expect(JSON.parse((await host.getByHostname("staging.example.com")).body)).toEqual(["test", null, "a note"]);
  expect(JSON.parse((await host.getByHostname("staged.example.com")).body)).toEqual(["live", "x", null]);
  const { code, stderr } = await run(["deploy", "--env", "prod"], folder);
  expect([code, stderr]).toEqual([1, expect.stringContaining("wrangler.toml has no environment prod; it has staging")]);
});

test("build writes the component to dist, and needs no host", async () => {
  const folder = await project("built", {
    "wrangler.jsonc": '{ "name": "built", "main": "worker.js", /* a comment */ "vars": { "A": "x" } }',
    "worker.js": "export default { fetch: (request, env) => new Response(env.A) };",
  });
  expect(JSON.parse(await plinth(["build", "--json"], folder)).language).toBe("js");
  await host.deploy("built", await readFile(join(folder, "dist/built.wasm")));
  expect(await (await host.fetch("built")).text()).toBe("x");
});

test("a program in the form of a service worker finds its bindings in the global scope", async () => {
  const folder = await project("classic", {
    "wrangler.json": JSON.stringify({
      name: "classic",
      main: "index.js",
      vars: { GREETING: "hello" },
      kv_namespaces: [{ binding: "PAGES", id: "pages" }],
    }),
    "index.js": `
      addEventListener("fetch", (event) => event.respondWith(answer(event.request)));
      async function answer(request) {
        await PAGES.put("visitor", "you");
        return new Response(GREETING + ", " + (await PAGES.get("visitor")));
      }`,
  });
  await plinth(["deploy"], folder);
  expect(await (await host.fetch("classic")).text()).toBe("hello, you");
  expect(await (await host.fetch("classic")).text()).toBe("hello, you");
});

const withMuch = JSON.stringify({
  name: "rooms",
  main: "index.js",
  durable_objects: { bindings: [{ name: "ROOM", class_name: "Room" }] },
  r2_buckets: [{ binding: "FILES", bucket_name: "files" }],
  queues: { producers: [{ binding: "Q", queue: "q" }] },
  routes: ["rooms.example.com/api/*"],
  vars: { KEPT: "yes" },
  env: { staging: { vars: { KEPT: "staged" } } },
});
const keptSource = "export default { fetch: (request, env) => new Response(env.KEPT) };";

test("everything that Plinth does not have is told at once, before anything is built or uploaded", async () => {
  const folder = await project("rooms", { "wrangler.json": withMuch, "index.js": "this is no program" });
  for (const command of ["deploy", "build", "dev"]) {
    const { code, stderr } = await run([command], folder);
    expect(code).toBe(1);
    expect(stderr).toContain("PLINTH_WRANGLER_CONFIG");
    for (const key of ["durable_objects", "r2_buckets", "queues", "routes"]) expect(stderr).toContain(`\n  ${key}: `);
  }
  expect((await host.admin("/v1/tenants/rooms")).status).toBe(404);
});

test("init --from-wrangler writes a manifest, which counts from then on", async () => {
  const folder = await project("kept", { "wrangler.json": withMuch, "index.js": keptSource });
  const { code, stdout, stderr } = await run(["init", "--from-wrangler", "--json"], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { files, name, warnings } = JSON.parse(stdout);
  expect([files, name]).toEqual([["plinth.jsonc", "plinth.schema.json"], "rooms"]);
  expect(warnings).toHaveLength(4);
  expect(await readFile(join(folder, "plinth.jsonc"), "utf8")).toContain('"KEPT": "yes"');
  await plinth(["deploy"], folder);
  expect(await (await host.fetch("rooms")).text()).toBe("yes");
  await plinth(["deploy", "--env", "staging"], folder);
  expect(await (await host.fetch("rooms-staging")).text()).toBe("staged");
  expect((await run(["init", "--from-wrangler"], folder)).stderr).toContain("PLINTH_INIT_EXISTS");
  const { code: without, stderr: said } = await run(["init", "--from-wrangler"], root);
  expect([without, said]).toEqual([2, expect.stringContaining("wrangler.toml")]);
});

test("dev runs such a project", async () => {
  const folder = await project("developed", {
    "wrangler.toml": 'name = "developed"\nmain = "index.js"\n[vars]\nKEPT = "yes"\n',
    "index.js": keptSource,
  });
  const child = startCli(["dev", "--json"], { cwd: folder });
  const closed = once(child, "close");
  try {
    let url = "";
    for await (const line of createInterface({ input: child.stdout! })) {
      const event = JSON.parse(line);
      expect(event.event).not.toBe("failed");
      if (event.event === "ready") url = event.urls[0];
      if (event.event === "deployed") break;
    }
    expect(await (await fetch(url)).text()).toBe("yes");
  } finally {
    child.kill("SIGINT");
    await closed;
  }
}, 60_000);

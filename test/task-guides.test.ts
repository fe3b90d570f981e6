/** Runs every command of the guides for single tasks. Each has to do what the guide says. */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GuideReader, readersHome } from "./support/guide.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { type Origin, startOrigin } from "./support/origin.ts";

const guides = [
  "site-from-kv.md",
  "edge-auth.md",
  "ab-testing.md",
  "secrets.md",
  "scheduled.md",
  "proxy.md",
  "logs.md",
];

let undo: AsyncDisposableStack;
let host: TestHost;
let origin: Origin;
let home: string;
beforeAll(async () => {
  undo = new AsyncDisposableStack();
  home = undo.use(await readersHome()).path;
  await mkdir(join(home, "plinth-data"));
  host = undo.use(await startTestHost({ dataDir: join(home, "plinth-data"), fetchPrivateNetworks: ["127.0.0.0/8"] }));
  origin = undo.use(
    await startOrigin((request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(`<h1>The application</h1><p>for ${request.headers["x-user"] ?? "everybody"}</p>\n`);
    }),
  );
});
afterAll(() => undo.disposeAsync());

test.each(guides)("%s", async (guide) => {
  await using reader = new GuideReader({
    ingress: host.ingressUrl,
    admin: host.adminUrl,
    origin: origin.host,
    home,
  });
  await reader.follow(`docs/guides/${guide}`);
});

test("every guide is followed", async () => {
  const byOtherTests = ["from-workers.md", "getting-started.md", "go.md", "javascript.md", "python.md"];
  const all = await readdir(join(import.meta.dirname, "..", "docs", "guides"));
  expect(all.sort()).toEqual([...guides, ...byOtherTests].sort());
});

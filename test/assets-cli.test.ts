/** Static files by the real command: a site without a program, and the output of a deploy. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "./support/cli.ts";
import { startTestHost, type TestHost } from "./support/host.ts";

let host: TestHost;
let folder: string;
beforeAll(async () => {
  host = await startTestHost({ workers: 1 });
  folder = await mkdtemp(join(tmpdir(), "plinth-site-"));
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

const plinth = (...args: string[]) =>
  runCli(args, { cwd: folder, env: { PLINTH_ADMIN: host.adminUrl, PLINTH_TOKEN: host.token } });

test("a folder of pages and a manifest are a site", async () => {
  await mkdir(join(folder, "public"));
  await writeFile(join(folder, "public/index.html"), "<h1>home</h1>");
  await writeFile(join(folder, "public/404.html"), "<h1>none</h1>");
  const assets = { directory: "public", notFound: "404-page" };
  await writeFile(join(folder, "plinth.jsonc"), JSON.stringify({ name: "site", assets }));
  expect(await plinth("deploy")).toMatchObject({ code: 0, stdout: expect.stringContaining("site: version 1") });
  expect(await (await host.fetch("site", "/")).text()).toBe("<h1>home</h1>");
  const missing = await host.fetch("site", "/nothing");
  expect([missing.status, await missing.text()]).toEqual([404, "<h1>none</h1>"]);
  await writeFile(join(folder, "public/index.html"), "<h1>new</h1>");
  expect(await plinth("deploy")).toMatchObject({ code: 0 });
  expect(await (await host.fetch("site", "/")).text()).toBe("<h1>new</h1>");
});

test("a built file without its folder is refused in words", async () => {
  expect(await plinth("build", "-o", "elsewhere/site.wasm")).toMatchObject({ code: 0 });
  const { code, stderr } = await plinth("deploy", "elsewhere/site.wasm", "--name", "other");
  expect(code).not.toBe(0);
  expect(stderr).toContain("PLINTH_ASSETS_UPLOAD");
  expect((await host.admin("/v1/tenants/other")).status).toBe(404);
});

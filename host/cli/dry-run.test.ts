/** `plinth deploy --dry-run`, which calls no host. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../../test/support/cli-in-process.ts";

/** An environment without a host and without a token. */
const nowhere = { PLINTH_ADMIN: "http://127.0.0.1:1", XDG_CONFIG_HOME: "/nonexistent" };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-dry-run-"));
  await mkdir(join(folder, "public"));
  await writeFile(join(folder, "public/a.txt"), "12345");
  await writeFile(join(folder, "index.js"), "export default () => new Response();");
  const manifest = {
    name: "shop",
    main: "index.js",
    routes: ["shop.example.com"],
    vars: { GREETING: "hello" },
    kv: [{ binding: "PAGES", namespace: "pages" }],
    assets: { directory: "public" },
    crons: ["0 0 * * *"],
  };
  await writeFile(join(folder, "plinth.jsonc"), JSON.stringify(manifest));
});
afterAll(() => rm(folder, { recursive: true }));

test("says what would be uploaded", async () => {
  const { code, stdout, stderr } = await runCommand(["deploy", folder, "--dry-run"], nowhere);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [title, ...lines] = stdout.trim().split("\n");
  expect(title).toMatch(/^shop: [0-9,]+ bytes; nothing was uploaded$/);
  expect(lines).toEqual([
    "hostnames  shop.example.com",
    "assets     1 file, 5 bytes",
    "vars       GREETING",
    "kv         PAGES (pages)",
    "crons      0 0 * * *",
  ]);
});

test("as JSON", async () => {
  const { stdout } = await runCommand(["deploy", folder, "--dry-run", "--name", "other", "--json"], nowhere);
  expect(JSON.parse(stdout)).toMatchObject({
    dryRun: true,
    tenant: "other",
    uploadBytes: expect.any(Number),
    assets: { files: 1, bytes: 5 },
    hostnames: ["shop.example.com"],
    config: { vars: { GREETING: "hello" }, crons: ["0 0 * * *"] },
  });
});

test("a deploy without it needs a host", async () => {
  const { code, stderr } = await runCommand(["deploy", folder], nowhere);
  expect([code, stderr]).toEqual([2, expect.stringContaining("PLINTH_TOKEN_MISSING")]);
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findWranglerFile } from "./file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-wrangler-"));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(folder, name), text);

test("a folder without one has none", async () => {
  expect(await findWranglerFile(folder)).toBeNull();
});

test("TOML, JSON and JSON with comments mean the same; the first in wrangler's order counts", async () => {
  await write("wrangler.toml", 'name = "toml"\n[vars]\nA = 1\nSINCE = 2026-01-02\n[[kv_namespaces]]\nbinding = "KV"\n');
  expect((await findWranglerFile(folder))!.config).toEqual({
    name: "toml",
    vars: { A: 1, SINCE: "2026-01-02" },
    kv_namespaces: [{ binding: "KV" }],
  });
  await write("wrangler.jsonc", '\uFEFF{ "name": "jsonc", /* a comment */ "vars": { "A": 1, }, }');
  expect((await findWranglerFile(folder))!.config).toEqual({ name: "jsonc", vars: { A: 1 } });
  await write("wrangler.json", '{ "name": "json" }');
  expect((await findWranglerFile(folder))!.config).toEqual({ name: "json" });
});

test.each([
  ["wrangler.toml", 'name = "a"\nvars = [1,\n', /wrangler\.toml:\d+:\d+: is not TOML: \S/],
  ["wrangler.toml", "name = \n", /wrangler\.toml:1:\d+: is not TOML: \S/],
  ["wrangler.json", '{ "name": }', /wrangler\.json:1:11: is not JSON: value expected/],
  ["wrangler.jsonc", "[]", /wrangler\.jsonc:1:1: is no object/],
  ["wrangler.jsonc", "", /wrangler\.jsonc:1:1: is /],
])("%s: a mistake of syntax has its place", async (name, text, message) => {
  await write(name, text);
  await expect(findWranglerFile(folder)).rejects.toThrow(
    expect.objectContaining({ code: "PLINTH_WRANGLER_CONFIG", message: expect.stringMatching(message) }),
  );
});

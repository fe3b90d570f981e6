import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sha256, TenantName } from "../store/names.ts";
import { testLogs } from "./logs.fixture.ts";
import { SourceMaps } from "./source-maps.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-maps-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function mapFile(name: string, map: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ version: 3, names: [], ...map }));
  return file;
}
const STACK = "Error: no\n    at f (worker.js:1:1)";

test("a stack is mapped; where the map is none or not there, it stays as it is", async () => {
  await using maps = new SourceMaps((error) => expect.unreachable(String(error)));
  const good = await mapFile("good", { sources: ["src/shop.ts"], mappings: "AAEE" });
  expect(await maps.map("shop", STACK, good)).toBe("Error: no\n    at f (src/shop.ts:3:3)");
  expect(await maps.map("shop", STACK, await mapFile("bad", { sources: 7, mappings: 8 }))).toBe(STACK);
  expect(await maps.map("shop", STACK, join(folder, "missing"))).toBe(STACK);
  const long = await mapFile("long", { sources: ["x".repeat(1e6)], mappings: "AAAA" });
  expect((await maps.map("shop", STACK, long)).length).toBeLessThan(400);
});

test("a tenant whose maps take long has few stacks waiting, and all its lines", async () => {
  const large = await mapFile("large", { sources: ["a.js"], mappings: "AAAA;".repeat(2_000_000) });
  await using logs = testLogs(folder, { blobPath: (hash) => hash });
  const log = logs.forRequest("shop" as TenantName, 1, "request");
  for (let n = 0; n < 50; n++) log.failure(STACK, large as Sha256);
  await expect.poll(async () => (await logs.read({ tenant: "shop", limit: 100 })).lines.length).toBe(50);
  const { lines } = await logs.read({ tenant: "shop", limit: 100 });
  expect(lines.filter(({ message }) => message.includes("a.js"))).toHaveLength(5);
});

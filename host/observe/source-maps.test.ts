import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BlobRef } from "../protocol/artifact.ts";
import type { Sha256, TenantName } from "../store/names.ts";
import { testLogs } from "./logs.fixture.ts";
import { SourceMaps } from "./source-maps.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-maps-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function mapBlob(map: object): Promise<BlobRef> {
  const text = JSON.stringify({ version: 3, names: [], ...map });
  const key = createHash("sha256").update(text).digest("hex");
  const path = join(folder, key);
  await writeFile(path, text);
  return { key, path };
}
const STACK = "Error: no\n    at f (worker.js:1:1)";

test("a stack is mapped; where the map is none, not there or damaged, it stays as it is", async () => {
  await using maps = new SourceMaps((error) => expect.unreachable(String(error)));
  const good = await mapBlob({ sources: ["src/shop.ts"], mappings: "AAEE" });
  expect(await maps.map("shop", STACK, good)).toBe("Error: no\n    at f (src/shop.ts:3:3)");
  expect(await maps.map("shop", STACK, await mapBlob({ sources: 7, mappings: 8 }))).toBe(STACK);
  expect(await maps.map("shop", STACK, { key: "missing", path: join(folder, "missing") })).toBe(STACK);
  const damaged = await mapBlob({ sources: ["src/cart.ts"], mappings: "AAEE" });
  await writeFile(damaged.path, (await readFile(damaged.path, "utf8")).replace("cart", "shop"));
  expect(await maps.map("shop", STACK, damaged)).toBe(STACK);
  const long = await mapBlob({ sources: ["x".repeat(1e6)], mappings: "AAAA" });
  expect((await maps.map("shop", STACK, long)).length).toBeLessThan(400);
});

test("a tenant whose maps take long has few stacks waiting, and all its lines", async () => {
  const large = await mapBlob({ sources: ["a.js"], mappings: "AAAA;".repeat(2_000_000) });
  await using logs = testLogs(folder, { blobPath: () => large.path });
  const log = logs.forRequest("shop" as TenantName, 1, "request");
  for (let n = 0; n < 50; n++) log.failure(STACK, large.key as Sha256);
  await expect.poll(async () => (await logs.read({ tenant: "shop", limit: 100 })).lines.length).toBe(50);
  const { lines } = await logs.read({ tenant: "shop", limit: 100 });
  expect(lines.filter(({ message }) => message.includes("a.js"))).toHaveLength(5);
});

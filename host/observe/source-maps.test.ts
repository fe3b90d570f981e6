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
  expect(await maps.map("shop", [STACK], good)).toEqual(["Error: no\n    at f (src/shop.ts:3:3)"]);
  expect(await maps.map("shop", [STACK], await mapBlob({ sources: 7, mappings: 8 }))).toEqual([STACK]);
  expect(await maps.map("shop", [STACK], { key: "missing", path: join(folder, "missing") })).toEqual([STACK]);
  const damaged = await mapBlob({ sources: ["src/cart.ts"], mappings: "AAEE" });
  await writeFile(damaged.path, (await readFile(damaged.path, "utf8")).replace("cart", "shop"));
  expect(await maps.map("shop", [STACK], damaged)).toEqual([STACK]);
  const long = await mapBlob({ sources: ["x".repeat(1e6)], mappings: "AAAA" });
  expect((await maps.map("shop", [STACK], long))[0]!.length).toBeLessThan(400);
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

test("the positions of all lines are mapped, and the lines of a request stay in order", async () => {
  const good = await mapBlob({ sources: ["src/shop.ts"], mappings: "AAEE" });
  await using logs = testLogs(folder, { blobPath: () => good.path });
  const log = logs.forRequest("shop" as TenantName, 1, "request");
  const line = (message: string) => ({ time: Date.now(), level: "info", source: "console", message }) as const;
  log.add([line("before"), line(STACK), line("after")], 0, good.key as Sha256);
  log.add([line("later")], 1, good.key as Sha256);
  log.failure("the end", null);
  const read = async () => (await logs.read({ tenant: "shop", limit: 100 })).lines;
  await expect.poll(async () => (await read()).some(({ message }) => message === "the end")).toBe(true);
  const messages = (await read()).map(({ message }) => message);
  const mapped = "Error: no\n    at f (src/shop.ts:3:3)";
  const dropped = "1 log lines over the limit were dropped";
  expect(messages.slice(messages.indexOf("before"))).toEqual(["before", mapped, "after", "later", dropped, "the end"]);
});

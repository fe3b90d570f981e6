/** KV as a JavaScript tenant sees it, over HTTP: several workers read while the one writer writes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

let folder: string;
let host: TestHost;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-kv-"));
  host = await startTestHost({ workers: 2, dataDir: folder });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Deploys a tenant that answers each request with an expression's value. `q` holds the query's parameters. */
async function deploy(name: string, expression: string): Promise<void> {
  const code = `(async (q) => { try { return String(${expression}); } catch (error) { return error.code; } })(
    new URL(request.url).searchParams)`;
  await host.deploy(name, embedConfig(answering(`await ${code}`), { kv: [{ binding: "KV", namespace: "DATA" }] }));
}
const ask = async (name: string, query = "") => (await host.fetch(name, `/?${query}`)).text();

test("what has been put is there for the next request, in whatever worker, and after a restart", async () => {
  await deploy("notes", `q.has("put") ? (await env.KV.put("n", q.get("put")), "put") : await env.KV.get("n")`);
  for (let n = 0; n < 30; n++) {
    expect(await ask("notes", `put=${n}`)).toBe("put");
    const answers = await Promise.all([ask("notes"), ask("notes"), ask("notes")]);
    expect(answers).toEqual([`${n}`, `${n}`, `${n}`]);
  }
  await host[Symbol.asyncDispose]();
  host = await startTestHost({ workers: 2, dataDir: folder });
  expect(await ask("notes")).toBe("29");
});

test("a counter by compare-and-set loses no visit, however many come at once", async () => {
  const increment = `await (async () => {
    for (;;) {
      const { value, revision } = await env.KV.getWithMetadata("visits");
      try {
        await env.KV.put("visits", String(Number(value ?? 0) + 1), { ifRevision: revision ?? 0 });
        return "counted";
      } catch (error) {
        if (error.code !== "PLINTH_KV_CONFLICT") throw error;
      }
    }
  })()`;
  await deploy("counter", `q.has("read") ? await env.KV.get("visits") : ${increment}`);
  const visits = await Promise.all(Array.from({ length: 60 }, () => ask("counter")));
  expect(new Set(visits)).toEqual(new Set(["counted"]));
  expect(await ask("counter", "read=1")).toBe("60");
});

test("tenants do not meet each other's keys, and a deleted namespace is an error", async () => {
  const program = `q.has("put") ? (await env.KV.put("k", q.get("put")), "put") : await env.KV.get("k")`;
  for (const name of ["red", "blue"]) {
    await deploy(name, program);
    await ask(name, `put=${name}`);
  }
  expect([await ask("red"), await ask("blue")]).toEqual(["red", "blue"]);
  await host.admin("/v1/tenants/red/kv/DATA", { method: "DELETE" });
  expect([await ask("red"), await ask("red", "put=x")]).toEqual([
    "PLINTH_KV_NAMESPACE_NOT_FOUND",
    "PLINTH_KV_NAMESPACE_NOT_FOUND",
  ]);
  await deploy("red", program);
  expect([await ask("red"), await ask("blue")]).toEqual(["null", "blue"]);
});

test("a tenant's storage limit is the operator's to set", async () => {
  await deploy("full", `(await env.KV.put("k", "x".repeat(Number(q.get("size")))), "put")`);
  const headers = { "content-type": "application/json" };
  const settings = { method: "PUT", headers, body: JSON.stringify({ limits: { kvStorageMib: 1 } }) };
  expect((await host.admin("/v1/tenants/full/settings", settings)).status).toBe(200);
  expect(await ask("full", "size=1000000")).toBe("put");
  expect(await ask("full", "size=1100000")).toBe("PLINTH_KV_STORAGE_LIMIT");
});

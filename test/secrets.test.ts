/** Secrets over HTTP: who can read them, and the places that must never hold them. */
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

/** A new value for each test, so that no two tests look for the same text. */
const fresh = () => `hush-${randomBytes(12).toString("hex")}`;

async function put(host: TestHost, path: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { "content-type": "application/json" };
  const response = await host.admin(path, { method: "PUT", headers, body });
  return { status: response.status, text: await response.text() };
}

const putSecret = (host: TestHost, tenant: string, name: string, value: string) =>
  put(host, `/v1/tenants/${tenant}/secrets/${name}`, JSON.stringify({ value }));

/** Finds all files below a folder that hold the text. */
async function filesWith(text: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found: string[] = [];
  for (const file of files) if ((await readFile(file)).includes(text)) found.push(file);
  return found;
}

describe("a secret", () => {
  let host: TestHost;
  const log: string[] = [];
  beforeAll(async () => {
    const limits = { secretLimitBytes: 100, secretCountLimit: 3 };
    host = await startTestHost({
      workers: 1,
      logLevel: "trace",
      log: { write: (line) => void log.push(line) },
      ...limits,
    });
  });
  afterAll(() => host[Symbol.asyncDispose]());
  const ask = async (name: string) => (await host.fetch(name)).text();

  test("is read as env.NAME, before a var of its name, from the next request on", async () => {
    await host.deploy("shop", embedConfig(answering("env.KEY"), { vars: { KEY: "var" } }));
    expect(await ask("shop")).toBe("var");
    for (const value of [fresh(), fresh()]) {
      expect((await putSecret(host, "shop", "KEY", value)).status).toBe(200);
      expect(await ask("shop")).toBe(value);
    }
    const gone = await host.admin("/v1/tenants/shop/secrets/KEY", { method: "DELETE" });
    expect(gone.status).toBe(204);
    expect(await ask("shop")).toBe("var");
  });

  test("stays the tenant's across versions and rollbacks, and is nobody else's", async () => {
    const value = fresh();
    await host.deploy("bank", answering("env.PIN"));
    await putSecret(host, "bank", "PIN", value);
    await host.deploy("bank", answering("'new ' + env.PIN"));
    expect(await ask("bank")).toBe(`new ${value}`);
    await host.admin("/v1/tenants/bank/rollback", { method: "POST" });
    expect(await ask("bank")).toBe(value);
    await host.deploy("thief", answering("JSON.stringify(env)"));
    expect(await ask("thief")).toBe("{}");
  });

  test("is in no listing, no answer, no file of the data folder and no line of the log", async () => {
    const value = fresh();
    // One version is deployed before the secret is set, and one after, under both isolations.
    for (const isolation of ["request", "reuse"] as const) {
      const program = embedConfig(answering("env.KEY.length", "globalThis.seen = typeof env;"), { isolation });
      await host.deploy("quiet", program);
      const { text } = await putSecret(host, "quiet", "KEY", value);
      expect(text).not.toContain(value);
      await host.deploy("quiet", program);
      expect(await ask("quiet")).toBe(String(value.length));
    }
    // This program waits, so its memory is put aside in the middle of the request.
    await host.deploy("waits", answering("(await new Promise((done) => setTimeout(done, 20)), env.KEY.length)"));
    await putSecret(host, "waits", "KEY", value);
    expect(await ask("waits")).toBe(String(value.length));

    const listing = await (await host.admin("/v1/tenants/quiet/secrets")).text();
    expect(JSON.parse(listing)).toEqual({ secrets: [{ name: "KEY", updatedAt: expect.any(String) }] });
    const answers = [
      listing,
      await (await host.admin("/v1/tenants/quiet")).text(),
      await (await host.admin("/v1/tenants/quiet/versions")).text(),
      await (await host.admin("/v1/tenants/quiet/logs")).text(),
      await (await host.admin("/v1/audit")).text(),
    ];
    for (const answer of answers) expect(answer).not.toContain(value);
    expect(await filesWith("quiet", host.dataDir)).not.toEqual([]);
    expect(await filesWith(value, host.dataDir)).toEqual([]);
    expect(log.join("")).toContain("request");
    expect(log.join("")).not.toContain(value);
  });

  test("is not told by the errors of its route", async () => {
    const value = fresh();
    const path = "/v1/tenants/shop/secrets/KEY";
    const refused = await Promise.all([
      put(host, path, `{"value": "${value}`),
      put(host, path, `{"value": ${value}}`),
      put(host, path, JSON.stringify({ value: [value] })),
      put(host, path, JSON.stringify({ [value]: value })),
      put(host, path, JSON.stringify({ value: value.repeat(9) })),
      put(host, `/v1/tenants/shop/secrets/NO-NAME`, JSON.stringify({ value })),
      put(host, "/v1/tenants/nobody/secrets/KEY", JSON.stringify({ value })),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400, 413, 400, 404]);
    // The message names an unknown secret, but shows no value.
    for (const [index, { text }] of refused.entries()) if (index !== 3) expect(text).not.toContain(value);
    expect(log.join("")).not.toContain(value.repeat(9));
  });

  test("has the limits that the operator has set", async () => {
    await host.deploy("many", answering("1"));
    const statuses: number[] = [];
    for (const name of ["A", "B", "C", "D"])
      statuses.push((await putSecret(host, "many", name, "x".repeat(100))).status);
    expect(statuses).toEqual([200, 200, 200, 413]);
    expect((await putSecret(host, "many", "A", "x".repeat(101))).text).toContain("PLINTH_SECRET_LIMIT");
    expect((await host.admin("/v1/tenants/many/secrets/Z", { method: "DELETE" })).status).toBe(404);
  });
});

test("secrets outlive a restart and a change of the key; without the key the host does not start", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "plinth-secrets-"));
  try {
    const value = fresh();
    {
      await using host = await startTestHost({ workers: 1, dataDir });
      await host.deploy("shop", answering("env.KEY"));
      await putSecret(host, "shop", "KEY", value);
    }
    const before = await readFile(join(dataDir, "secret-key"), "utf8");
    {
      await using host = await startTestHost({ workers: 1, dataDir });
      expect(await (await host.fetch("shop")).text()).toBe(value);
      const rotated = await host.admin("/v1/secrets/rotate", { method: "POST" });
      expect(await rotated.json()).toMatchObject({ resealed: 1, unreadable: 0 });
      expect(await (await host.fetch("shop")).text()).toBe(value);
    }
    expect(await readFile(join(dataDir, "secret-key"), "utf8")).not.toContain(before.trim());
    {
      await using host = await startTestHost({ workers: 1, dataDir });
      expect(await (await host.fetch("shop")).text()).toBe(value);
    }
    await rm(join(dataDir, "secret-key"));
    await expect(startTestHost({ workers: 1, dataDir })).rejects.toThrow(
      expect.objectContaining({ code: "PLINTH_SECRET_KEY" }),
    );
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

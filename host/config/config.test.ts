import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ConfigSources, loadConfig } from "./config.ts";
import { variableOf } from "./environment.ts";
import { limitsOf, tenantLimitDefaults } from "./limits.ts";
import { defaultSettings } from "./settings.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "plinth-config-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** Loads the configuration with a data folder of its own and without this process's environment. */
const load = (sources: ConfigSources = {}) =>
  loadConfig({ environment: {}, ...sources, flags: { dataDir, ...sources.flags } });
const writeConfig = (text: string, name = "plinth.config.json") => writeFile(join(dataDir, name), text);
const wrong = (setting: string, source: string) =>
  expect.objectContaining({ code: "PLINTH_CONFIG", details: { setting, source } });

test("without anything the defaults hold", async () => {
  const config = await load();
  expect(config).toMatchObject({
    listen: { host: "127.0.0.1", port: 8080 },
    admin: { host: "127.0.0.1", port: 8081 },
    domain: "localhost",
    uploadLimitBytes: 32 * 1024 * 1024,
    memoryLimitBytes: 64 * 1024 * 1024,
    cpuMs: 500,
  });
  expect(config.workers).toBeGreaterThanOrEqual(2);
});

test("flags come before the environment, the environment before the file, the file before the defaults", async () => {
  await writeConfig(JSON.stringify({ workers: 3, slotsPerRuntime: 3, cpuMs: 3 }));
  const config = await load({
    environment: { PLINTH_WORKERS: "4", PLINTH_SLOTS_PER_RUNTIME: "4", HOME: "/" },
    flags: { workers: 5, logLevel: undefined },
  });
  expect(config).toMatchObject({ workers: 5, slotsPerRuntime: 4, cpuMs: 3, wallMs: 30_000, logLevel: "info" });
});

describe("the file", () => {
  test("can be named, by flag or variable, and must be there then", async () => {
    await writeConfig(`{ "cpuMs": 7 }`, "other.json");
    const file = join(dataDir, "other.json");
    expect((await load({ file })).cpuMs).toBe(7);
    expect((await load({ environment: { PLINTH_CONFIG: file } })).cpuMs).toBe(7);
    await expect(load({ file: join(dataDir, "none.json") })).rejects.toMatchObject({ code: "PLINTH_CONFIG_FILE" });
  });

  test("that is named can name the data folder, the one inside it cannot", async () => {
    await writeConfig(JSON.stringify({ dataDir }), "other.json");
    const config = await loadConfig({ environment: {}, file: join(dataDir, "other.json") });
    expect(config.dataDir).toBe(dataDir);
    await writeConfig(`{ "dataDir": "/elsewhere" }`);
    await expect(load()).rejects.toThrow("cannot name another data folder");
  });

  test("that is no JSON is an error that names it", async () => {
    await writeConfig("{ workers: 3 }");
    await expect(load()).rejects.toThrow(join(dataDir, "plinth.config.json"));
  });

  test.each([
    [`{ "worker": 3 }`, "worker"],
    [`{ "workers": "3" }`, "workers"],
    [`{ "workers": 1.5 }`, "workers"],
    [`{ "cpuMs": 0 }`, "cpuMs"],
    [`{ "listen": 8080 }`, "listen"],
    [`{ "domain": "Example.com." }`, "domain"],
    [`{ "logLevel": "loud" }`, "logLevel"],
    [`{ "requestLog": "most" }`, "requestLog"],
    [`{ "parking": true }`, "parking"],
    [`{ "adminHosts": ["a b"] }`, "adminHosts"],
    [`{ "fetchPrivateNetworks": "10.0.0.0/8" }`, "fetchPrivateNetworks"],
    [`[]`, "(all)"],
  ])("with %s is refused and the setting named", async (text, setting) => {
    await writeConfig(text);
    await expect(load()).rejects.toThrow(wrong(setting, join(dataDir, "plinth.config.json")));
  });
});

describe("the environment", () => {
  test("gives numbers, texts and lists", async () => {
    const environment = {
      PLINTH_CPU_MS: "12",
      PLINTH_DOMAIN: "example.com",
      PLINTH_ADMIN_HOSTS: "a.example, b.example",
    };
    expect(await load({ environment })).toMatchObject({
      cpuMs: 12,
      domain: "example.com",
      adminHosts: ["a.example", "b.example"],
    });
  });

  test.each([
    [{ PLINTH_WORKER: "3" }, "PLINTH_WORKER"],
    [{ PLINTH_WORKERS: "many" }, "workers"],
    [{ PLINTH_WORKERS: "" }, "workers"],
    [{ PLINTH_WORKERS: "-1" }, "workers"],
  ])("with %j is refused", async (environment, setting) => {
    await expect(load({ environment })).rejects.toThrow(wrong(setting, "the environment"));
    await expect(load({ environment })).rejects.toThrow(Object.keys(environment)[0]!);
  });

  test("may hold what the CLI reads", async () => {
    await load({ environment: { PLINTH_ADMIN: "https://plinth.example.com", PLINTH_TOKEN: "x" } });
  });
});

describe("addresses", () => {
  test.each([
    ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
    ["[::1]:8080", { host: "::1", port: 8080 }],
    ["localhost:65535", { host: "localhost", port: 65_535 }],
  ])("%s", async (listen, address) => {
    expect((await load({ flags: { listen } })).listen).toEqual(address);
  });

  test.each(["8080", ":8080", "::1:8080", "localhost:65536", "localhost:x", "http://localhost:80", "[::1]"])(
    "%s is refused",
    async (listen) => {
      await expect(load({ flags: { listen } })).rejects.toMatchObject({
        code: "PLINTH_CONFIG",
        details: { setting: "listen" },
      });
    },
  );
});

test.each(["10.0.0.0", "10.0.0.0/33", "::1/129", "localhost/8", ""])("%j is no network", async (network) => {
  await expect(load({ flags: { fetchPrivateNetworks: ["10.0.0.0/8", "::1/128", network] } })).rejects.toMatchObject({
    code: "PLINTH_CONFIG",
    details: { setting: "fetchPrivateNetworks" },
  });
});

test("a tenant's own limits take the place of the host's", async () => {
  const host = await load({ flags: { cpuMs: 9 } });
  expect(limitsOf(host, { wallMs: 5, nonsense: 1, operationLimit: "many" })).toEqual({
    ...tenantLimitDefaults,
    cpuMs: 9,
    wallMs: 5,
  });
});

test("networks and certificates are checked", async () => {
  await expect(load({ flags: { trustedProxies: ["10.0.0.1"] } })).rejects.toMatchObject({
    code: "PLINTH_CONFIG",
    details: { setting: "trustedProxies" },
  });
  await expect(load({ flags: { listenTls: ":443", tlsFolder: "certificates" } })).rejects.toMatchObject({
    details: { setting: "listenTls" },
  });
  await expect(load({ flags: { listenTls: "[::]:443" } })).rejects.toMatchObject({ details: { setting: "tlsFolder" } });
  expect((await load({ flags: { listenTls: "[::]:443", tlsFolder: "/certificates" } })).tls).toEqual({
    listen: { host: "::", port: 443 },
    folder: "/certificates",
  });
  expect((await load({})).tls).toBeNull();
});

test("docs/reference/configuration.md lists every setting with its variable and default, and no other", async () => {
  const page = await readFile(new URL("../../docs/reference/configuration.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \| ([^|]+) \|/gm)].map(([, name, variable, value]) => [
    name,
    variable,
    value!.trim(),
  ]);
  const machine = { workers: "CPUs, at least 2", listenTls: "none", tlsFolder: "none" } as Record<string, string>;
  const expected = Object.entries(defaultSettings()).map(([name, value]) => [
    name,
    variableOf(name),
    machine[name] ?? `\`${typeof value === "string" ? value : JSON.stringify(value)}\``,
  ]);
  expect(rows.toSorted()).toEqual(expected.toSorted());
});

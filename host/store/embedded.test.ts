import { execFile } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alice, bob, deploy, failsWith, newVersion, type TestFolder, testFolder } from "./embedded.fixture.ts";
import { openEmbeddedStore } from "./embedded.ts";
import { steps } from "./migrations.ts";
import { parseTenantName } from "./names.ts";
import type { Change, Store } from "./store.ts";

let folder: TestFolder;
let store: Store;
beforeEach(async () => {
  folder = await testFolder();
  store = await folder.open();
});
afterEach(() => folder[Symbol.asyncDispose]());

async function reopen(): Promise<void> {
  store = await folder.open();
}

describe("tenants", () => {
  test("a new tenant has defaults, and survives a restart as it was", async () => {
    const created = await store.createTenant(alice);
    expect(created).toMatchObject({
      name: "alice",
      hostnames: [],
      activeVersion: null,
      limits: {},
      isolation: "request",
    });
    expect(new Date(created.createdAt).toISOString()).toBe(created.createdAt);
    await reopen();
    expect(store.getTenant(alice)).toEqual(created);
  });

  test("settings can be given and changed one by one", async () => {
    await store.createTenant(alice, { isolation: "reuse", limits: { cpuMs: 5 } });
    await store.setSettings(alice, { limits: { wallMs: 9 } });
    expect(store.getTenant(alice)).toMatchObject({ isolation: "reuse", limits: { wallMs: 9 } });
    await store.setSettings(alice, { isolation: "request" });
    expect(store.getTenant(alice)).toMatchObject({ isolation: "request", limits: { wallMs: 9 } });
  });

  test("a name is given once", async () => {
    await store.createTenant(alice);
    await expect(store.createTenant(alice)).rejects.toThrow(failsWith("PLINTH_TENANT_EXISTS"));
  });

  test("a tenant that is not there is an error in every operation", async () => {
    const notFound = failsWith("PLINTH_TENANT_NOT_FOUND");
    const version = await newVersion(store, "x");
    expect(store.findTenant(bob)).toBeUndefined();
    expect(() => store.getTenant(bob)).toThrow(notFound);
    expect(() => store.listVersions(bob)).toThrow(notFound);
    expect(() => store.getVersion(bob, 1)).toThrow(notFound);
    await expect(store.setHostnames(bob, [])).rejects.toThrow(notFound);
    await expect(store.setSettings(bob, {})).rejects.toThrow(notFound);
    await expect(store.deleteTenant(bob)).rejects.toThrow(notFound);
    await expect(store.addVersion(bob, version, { activate: true })).rejects.toThrow(notFound);
    await expect(store.activate(bob, 1)).rejects.toThrow(notFound);
    await expect(store.rollback(bob)).rejects.toThrow(notFound);
    await expect(store.deleteVersion(bob, 1)).rejects.toThrow(notFound);
  });

  test("a list is read page by page, in the order of the names", async () => {
    const names = ["delta", "alpha", "echo", "bravo", "charlie"];
    for (const name of names) await store.createTenant(parseTenantName(name));
    const first = store.listTenants({ limit: 2 });
    expect(first.items.map((tenant) => tenant.name)).toEqual(["alpha", "bravo"]);
    const second = store.listTenants({ limit: 3, after: first.next! });
    expect(second.items.map((tenant) => tenant.name)).toEqual(["charlie", "delta", "echo"]);
    expect(second.next).toBeNull();
  });
});

/** The tenant that the routing table gives a hostname. */
function ownerOf(hostname: string): string | undefined {
  return store.routes().find(({ hostnames }) => hostnames.includes(hostname))?.tenant;
}

describe("hostnames", () => {
  test("keep their order, lose capitals and repetitions, and route", async () => {
    await store.createTenant(alice, { hostnames: ["WWW.example.com", "example.com", "www.example.com"] });
    expect(store.getTenant(alice).hostnames).toEqual(["www.example.com", "example.com"]);
    expect(ownerOf("example.com")).toBe("alice");
    expect(ownerOf("example.org")).toBeUndefined();
  });

  test("belong to one tenant, and are free again once given up", async () => {
    await store.createTenant(alice, { hostnames: ["example.com"] });
    await store.createTenant(bob, { hostnames: ["bob.example"] });
    await expect(store.setHostnames(bob, ["new.example", "Example.com"])).rejects.toThrow(
      failsWith("PLINTH_HOSTNAME_TAKEN"),
    );
    expect(store.getTenant(bob).hostnames).toEqual(["bob.example"]);
    await store.setHostnames(alice, []);
    await store.setHostnames(bob, ["example.com"]);
    expect(ownerOf("example.com")).toBe("bob");
    await store.deleteTenant(bob);
    expect(ownerOf("example.com")).toBeUndefined();
  });

  test("that are no hostnames make no tenant", async () => {
    await expect(store.createTenant(alice, { hostnames: ["127.0.0.1"] })).rejects.toThrow(failsWith("PLINTH_HOSTNAME"));
    expect(store.findTenant(alice)).toBeUndefined();
  });
});

describe("changes", () => {
  test("are announced after the commit and before the promise is fulfilled", async () => {
    const seen: (Change & { active: number | null | undefined })[] = [];
    const stop = store.onChange((change) =>
      seen.push({ ...change, active: store.findTenant(change.tenant)?.activeVersion }),
    );
    await store.createTenant(alice);
    await store.setHostnames(alice, ["example.com"]);
    await deploy(store, alice, "1");
    await deploy(store, alice, "2", false);
    await store.activate(alice, 2);
    await store.activate(alice, 2);
    await store.rollback(alice);
    await store.deleteVersion(alice, 2);
    await store.deleteTenant(alice);
    stop();
    await store.createTenant(bob);
    expect(seen.map(({ kind, active }) => [kind, active])).toEqual([
      ["tenant-created", null],
      ["tenant-changed", null],
      ["version-added", 1],
      ["version-activated", 1],
      ["version-added", 1],
      ["version-activated", 2],
      ["version-activated", 1],
      ["version-deleted", 1],
      ["tenant-deleted", undefined],
    ]);
  });

  test("routes tells all that an ingress needs", async () => {
    await store.createTenant(alice, { hostnames: ["example.com"] });
    await store.createTenant(bob);
    await deploy(store, bob, "1");
    expect(store.routes()).toEqual([
      { tenant: "alice", hostnames: ["example.com"], activeVersion: null },
      { tenant: "bob", hostnames: [], activeVersion: 1 },
    ]);
  });
});

test("tokens are found by their hash until they are deleted", async () => {
  const hash = await store.putBlob(Buffer.from("a token"));
  const token = await store.addToken({ id: "t1", hash, label: "operator", scope: "operator" });
  await reopen();
  expect(store.findTokenByHash(hash)).toEqual(token);
  expect(store.listTokens().items).toEqual([token]);
  await store.deleteToken("t1");
  expect(store.findTokenByHash(hash)).toBeUndefined();
});

describe("sealed secrets", () => {
  const sealed = (name: string, tenant = alice) => ({
    tenant,
    name,
    keyId: "k1",
    sealed: Buffer.from(`bytes of ${name}`),
  });

  test("are put, replaced, listed by name and deleted", async () => {
    await store.createTenant(alice);
    await store.createTenant(bob);
    await store.putSecret(sealed("B"));
    await store.putSecret(sealed("A"));
    await store.putSecret(sealed("A", bob));
    await store.putSecret({ ...sealed("B"), sealed: Buffer.from("other") });
    await reopen();
    expect(store.listSecrets(alice).map(({ name }) => name)).toEqual(["A", "B"]);
    expect(Buffer.from(store.listSecrets(alice)[1]!.sealed).toString()).toBe("other");
    expect(store.listSecrets()).toHaveLength(3);
    expect([await store.deleteSecret(alice, "A"), await store.deleteSecret(alice, "A")]).toEqual([true, false]);
    await store.deleteTenant(bob);
    expect(store.listSecrets().map(({ name }) => name)).toEqual(["B"]);
  });

  test("belong to a tenant that is there", async () => {
    await expect(store.putSecret(sealed("A"))).rejects.toThrow(failsWith("PLINTH_TENANT_NOT_FOUND"));
  });

  test("are sealed anew, and nothing else of them changes", async () => {
    await store.createTenant(alice);
    const put = await store.putSecret(sealed("A"));
    await store.resealSecrets([
      { ...put, keyId: "k2", sealed: Buffer.from("new") },
      { ...put, name: "GONE" },
    ]);
    expect(store.listSecrets(alice)).toEqual([{ ...put, keyId: "k2", sealed: new Uint8Array(Buffer.from("new")) }]);
  });
});

describe("the data folder", () => {
  test("is for one opener in this process", async () => {
    await expect(openEmbeddedStore(folder.path)).rejects.toThrow(failsWith("PLINTH_DATA_LOCKED"));
    await expect(openEmbeddedStore(folder.path)).rejects.toThrow(folder.path);
    await store.createTenant(alice);
  });

  test("is for one process", async () => {
    const script = `
      import { openEmbeddedStore } from ${JSON.stringify(import.meta.resolve("./embedded.ts"))};
      await openEmbeddedStore(${JSON.stringify(folder.path)}).catch((error) => console.log(error.code));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
    expect(stdout.trim()).toBe("PLINTH_DATA_LOCKED");
  });

  test("of a newer Plinth is left alone", async () => {
    await store.close();
    using database = new DatabaseSync(join(folder.path, "registry.sqlite"));
    database.exec("PRAGMA user_version = 99");
    await expect(openEmbeddedStore(folder.path)).rejects.toThrow(failsWith("PLINTH_DATA_VERSION"));
    database.exec(`PRAGMA user_version = ${steps.length}`);
    await reopen();
  });
});

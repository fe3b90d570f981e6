import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openEmbeddedStore } from "./embedded.ts";
import { steps } from "./migrations.ts";
import { parseTenantName } from "./names.ts";
import type { Change, NewVersion, Store } from "./store.ts";

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-store-"));
  store = await openEmbeddedStore(folder);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function reopen(): Promise<void> {
  await store.close();
  store = await openEmbeddedStore(folder);
}

const alice = parseTenantName("alice");
const bob = parseTenantName("bob");
const failsWith = (code: string) => expect.objectContaining({ code });

async function newVersion(text: string): Promise<NewVersion> {
  return {
    kind: "slim",
    runtime: "plinth:js@1.0.0",
    runtimeIntegrity: "sha256-abc",
    component: await store.putBlob(Buffer.from(`component ${text}`)),
    uploadBytes: 10 + text.length,
    artifacts: { delta: await store.putBlob(Buffer.from(`delta ${text}`)) },
    meta: { pages: 3, nested: { list: [1, null, "x"] } },
  };
}

async function deploy(tenant: typeof alice, text: string, activate = true) {
  return store.addVersion(tenant, await newVersion(text), { activate });
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
    const version = await newVersion("x");
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

describe("versions", () => {
  test("are numbered for each tenant and survive a restart as they were", async () => {
    await store.createTenant(alice);
    await store.createTenant(bob);
    const first = await deploy(alice, "a1");
    const second = await deploy(alice, "a2", false);
    expect([first.id, second.id, (await deploy(bob, "b1")).id]).toEqual([1, 2, 1]);
    await reopen();
    expect(store.getVersion(alice, 1)).toEqual(first);
    expect(first).toMatchObject({ ...(await newVersion("a1")), tenant: "alice" });
    expect(store.listVersions(alice)).toEqual([second, first]);
    expect(store.getTenant(alice).activeVersion).toBe(1);
    expect(Buffer.from(await store.getBlob(first.artifacts.delta!)).toString()).toBe("delta a1");
  });

  test("a number is never given again, not even to a new tenant of the same name", async () => {
    await store.createTenant(alice);
    await deploy(alice, "1");
    await deploy(alice, "2", false);
    await store.deleteVersion(alice, 2);
    expect((await deploy(alice, "3")).id).toBe(3);
    await store.deleteTenant(alice);
    await store.createTenant(alice);
    expect(store.listVersions(alice)).toEqual([]);
    expect((await deploy(alice, "4")).id).toBe(4);
  });

  test("a version whose blobs were not put changes nothing", async () => {
    await store.createTenant(alice);
    const version = await newVersion("x");
    const broken = { ...version, artifacts: { delta: "0".repeat(64) as typeof version.component } };
    await expect(store.addVersion(alice, broken, { activate: true })).rejects.toThrow(failsWith("PLINTH_BLOB_CORRUPT"));
    expect(store.listVersions(alice)).toEqual([]);
  });

  test("the active one is not deleted, others are", async () => {
    await store.createTenant(alice);
    await deploy(alice, "1");
    await deploy(alice, "2");
    await expect(store.deleteVersion(alice, 2)).rejects.toThrow(failsWith("PLINTH_VERSION_ACTIVE"));
    await store.deleteVersion(alice, 1);
    expect(() => store.getVersion(alice, 1)).toThrow(failsWith("PLINTH_VERSION_NOT_FOUND"));
    await expect(store.activate(alice, 1)).rejects.toThrow(failsWith("PLINTH_VERSION_NOT_FOUND"));
  });

  test("blobs of what was deleted go at the next start, those still in use stay", async () => {
    await store.createTenant(alice);
    await store.createTenant(bob);
    const own = await deploy(alice, "own");
    const shared = await deploy(alice, "shared");
    await deploy(bob, "shared");
    await store.deleteTenant(alice);
    expect((await store.getBlob(own.component)).length).toBeGreaterThan(0);
    await reopen();
    await expect(store.getBlob(own.component)).rejects.toThrow(failsWith("PLINTH_BLOB_CORRUPT"));
    expect(Buffer.from(await store.getBlob(shared.component)).toString()).toBe("component shared");
  });
});

describe("rollback", () => {
  beforeEach(async () => {
    await store.createTenant(alice);
  });
  const active = () => store.getTenant(alice).activeVersion;

  test("goes back through what was active, one step each time", async () => {
    await deploy(alice, "1");
    await deploy(alice, "2");
    await deploy(alice, "3", false);
    await store.activate(alice, 3);
    await store.activate(alice, 3);
    expect((await store.rollback(alice)).activeVersion).toBe(2);
    await reopen();
    expect((await store.rollback(alice)).activeVersion).toBe(1);
    await expect(store.rollback(alice)).rejects.toThrow(failsWith("PLINTH_NO_PREVIOUS_VERSION"));
    expect(active()).toBe(1);
  });

  test("passes over versions that were deleted meanwhile", async () => {
    for (const text of ["1", "2"]) await deploy(alice, text);
    await store.activate(alice, 1);
    await deploy(alice, "3");
    await store.activate(alice, 1);
    await store.deleteVersion(alice, 3);
    expect((await store.rollback(alice)).activeVersion).toBe(2);
  });

  test("has nowhere to go without an active version", async () => {
    await expect(store.rollback(alice)).rejects.toThrow(failsWith("PLINTH_NO_PREVIOUS_VERSION"));
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
    await deploy(alice, "1");
    await deploy(alice, "2", false);
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
    await deploy(bob, "1");
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
  expect(store.listTokens()).toEqual([token]);
  await store.deleteToken("t1");
  expect(store.findTokenByHash(hash)).toBeUndefined();
});

describe("what a version is configured with", () => {
  test("is kept with it, and nothing where nothing was given", async () => {
    await store.createTenant(alice);
    await deploy(alice, "one");
    const config = { vars: { GREETING: "hi", deep: [1, { two: null }] } };
    await store.addVersion(alice, { ...(await newVersion("two")), config }, { activate: false });
    await reopen();
    expect(store.getVersion(alice, 1).config).toEqual({});
    expect(store.getVersion(alice, 2).config).toEqual(config);
  });
});

describe("a rollout", () => {
  beforeEach(async () => {
    await store.createTenant(alice);
    await deploy(alice, "one");
    await deploy(alice, "two", false);
  });

  test("gives another version a share, is changed and ended, and listeners hear of each", async () => {
    const heard: Change[] = [];
    store.onChange((change) => heard.push(change));
    expect((await store.setRollout(alice, { version: 2, percent: 0.5 })).rollout).toEqual({ version: 2, percent: 0.5 });
    await reopen();
    expect(store.getTenant(alice).rollout).toEqual({ version: 2, percent: 0.5 });
    expect(store.listTenants().items[0]?.rollout).toEqual({ version: 2, percent: 0.5 });
    expect((await store.setRollout(alice, null)).rollout).toBeNull();
    expect(heard).toEqual([{ tenant: "alice", kind: "rollout-changed" }]);
  });

  test.each([
    ["an activation", () => store.activate(alice, 2)],
    ["a deploy that is activated", () => deploy(alice, "three")],
  ])("is ended by %s", async (_, act) => {
    await store.setRollout(alice, { version: 2, percent: 50 });
    await act();
    expect(store.getTenant(alice).rollout).toBeNull();
  });

  test("is ended by a rollback", async () => {
    await deploy(alice, "three");
    await store.setRollout(alice, { version: 2, percent: 50 });
    await store.rollback(alice);
    expect(store.getTenant(alice)).toMatchObject({ activeVersion: 1, rollout: null });
  });

  test("is refused for the active version, one that is not there, and a tenant without one", async () => {
    await expect(store.setRollout(alice, { version: 1, percent: 5 })).rejects.toThrow(failsWith("PLINTH_ROLLOUT"));
    await expect(store.setRollout(alice, { version: 9, percent: 5 })).rejects.toThrow(
      failsWith("PLINTH_VERSION_NOT_FOUND"),
    );
    await store.createTenant(bob);
    await deploy(bob, "one", false);
    await expect(store.setRollout(bob, { version: 1, percent: 5 })).rejects.toThrow(failsWith("PLINTH_ROLLOUT"));
  });

  test("keeps its version from being deleted, but not the tenant", async () => {
    await store.setRollout(alice, { version: 2, percent: 50 });
    await expect(store.deleteVersion(alice, 2)).rejects.toThrow(failsWith("PLINTH_VERSION_IN_ROLLOUT"));
    await store.deleteTenant(alice);
    expect(store.findTenant(alice)).toBeUndefined();
  });
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
    await expect(openEmbeddedStore(folder)).rejects.toThrow(failsWith("PLINTH_DATA_LOCKED"));
    await expect(openEmbeddedStore(folder)).rejects.toThrow(folder);
    await store.createTenant(alice);
  });

  test("is for one process", async () => {
    const script = `
      import { openEmbeddedStore } from ${JSON.stringify(import.meta.resolve("./embedded.ts"))};
      await openEmbeddedStore(${JSON.stringify(folder)}).catch((error) => console.log(error.code));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
    expect(stdout.trim()).toBe("PLINTH_DATA_LOCKED");
  });

  test("of a newer Plinth is left alone", async () => {
    await store.close();
    using database = new DatabaseSync(join(folder, "registry.sqlite"));
    database.exec("PRAGMA user_version = 99");
    await expect(openEmbeddedStore(folder)).rejects.toThrow(failsWith("PLINTH_DATA_VERSION"));
    database.exec(`PRAGMA user_version = ${steps.length}`);
    await reopen();
  });
});

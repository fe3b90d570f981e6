import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alice, bob, deploy, failsWith, newVersion, type TestFolder, testFolder } from "./embedded.fixture.ts";
import type { Change, Sha256, Store } from "./store.ts";

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

describe("versions", () => {
  test("are numbered for each tenant and survive a restart as they were", async () => {
    await store.createTenant(alice);
    await store.createTenant(bob);
    const first = await deploy(store, alice, "a1");
    const second = await deploy(store, alice, "a2", false);
    expect([first.id, second.id, (await deploy(store, bob, "b1")).id]).toEqual([1, 2, 1]);
    await reopen();
    expect(store.getVersion(alice, 1)).toEqual(first);
    expect(first).toMatchObject({ ...(await newVersion(store, "a1")), tenant: "alice" });
    expect(store.listVersions(alice).items).toEqual([second, first]);
    expect(store.getTenant(alice).activeVersion).toBe(1);
    expect(Buffer.from(await store.getBlob(first.artifacts.delta!)).toString()).toBe("delta a1");
  });

  test("a number is never given again, not even to a new tenant of the same name", async () => {
    await store.createTenant(alice);
    await deploy(store, alice, "1");
    await deploy(store, alice, "2", false);
    await store.deleteVersion(alice, 2);
    expect((await deploy(store, alice, "3")).id).toBe(3);
    await store.deleteTenant(alice);
    await store.createTenant(alice);
    expect(store.listVersions(alice).items).toEqual([]);
    expect((await deploy(store, alice, "4")).id).toBe(4);
  });

  test("are listed in pages, newest first", async () => {
    await store.createTenant(alice);
    for (let id = 1; id <= 5; id++) await deploy(store, alice, String(id));
    const ids: number[][] = [];
    let after: string | undefined;
    do {
      const page = store.listVersions(alice, { limit: 2, ...(after === undefined ? {} : { after }) });
      ids.push(page.items.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(ids).toEqual([[5, 4], [3, 2], [1]]);
  });

  test("have a limit by number and by bytes, which a deleted one leaves room in", async () => {
    await store.createTenant(alice);
    const add = async (text: string, bytes: number, most: { count: number; bytes: number }) =>
      store.addVersion(alice, { ...(await newVersion(store, text)), storedBytes: bytes }, { activate: false, most });
    const most = { count: 2, bytes: 100 };
    await add("1", 60, most);
    await expect(add("2", 41, most)).rejects.toThrow(failsWith("PLINTH_VERSION_STORAGE_LIMIT"));
    await add("2", 40, most);
    expect(store.versionUsage(alice)).toEqual({ count: 2, bytes: 100 });
    await expect(add("3", 0, most)).rejects.toThrow(failsWith("PLINTH_VERSION_LIMIT"));
    await store.deleteVersion(alice, 1);
    await add("3", 60, most);
  });

  test("remember a hundred activations, however often they take turns", async () => {
    await store.createTenant(alice);
    await deploy(store, alice, "1");
    await deploy(store, alice, "2");
    for (let turn = 0; turn < 120; turn++) await store.activate(alice, (turn % 2) + 1);
    let rollbacks = 0;
    await expect(
      (async () => {
        for (;;) {
          await store.rollback(alice);
          rollbacks++;
        }
      })(),
    ).rejects.toThrow(failsWith("PLINTH_NO_PREVIOUS_VERSION"));
    expect(rollbacks).toBe(99);
  });

  test("a version whose blobs were not put changes nothing", async () => {
    await store.createTenant(alice);
    const version = await newVersion(store, "x");
    const broken = { ...version, artifacts: { delta: "0".repeat(64) as typeof version.component } };
    await expect(store.addVersion(alice, broken, { activate: true })).rejects.toThrow(failsWith("PLINTH_BLOB_CORRUPT"));
    expect(store.listVersions(alice).items).toEqual([]);
  });

  test("the active one is not deleted, others are", async () => {
    await store.createTenant(alice);
    await deploy(store, alice, "1");
    await deploy(store, alice, "2");
    await expect(store.deleteVersion(alice, 2)).rejects.toThrow(failsWith("PLINTH_VERSION_ACTIVE"));
    await store.deleteVersion(alice, 1);
    expect(() => store.getVersion(alice, 1)).toThrow(failsWith("PLINTH_VERSION_NOT_FOUND"));
    await expect(store.activate(alice, 1)).rejects.toThrow(failsWith("PLINTH_VERSION_NOT_FOUND"));
  });

  test("blobs of what was deleted go at the next start, those still in use stay", async () => {
    await store.createTenant(alice);
    await store.createTenant(bob);
    const own = await deploy(store, alice, "own");
    const shared = await deploy(store, alice, "shared");
    await deploy(store, bob, "shared");
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
    await deploy(store, alice, "1");
    await deploy(store, alice, "2");
    await deploy(store, alice, "3", false);
    await store.activate(alice, 3);
    await store.activate(alice, 3);
    expect((await store.rollback(alice)).activeVersion).toBe(2);
    await reopen();
    expect((await store.rollback(alice)).activeVersion).toBe(1);
    await expect(store.rollback(alice)).rejects.toThrow(failsWith("PLINTH_NO_PREVIOUS_VERSION"));
    expect(active()).toBe(1);
  });

  test("passes over versions that were deleted meanwhile", async () => {
    for (const text of ["1", "2"]) await deploy(store, alice, text);
    await store.activate(alice, 1);
    await deploy(store, alice, "3");
    await store.activate(alice, 1);
    await store.deleteVersion(alice, 3);
    expect((await store.rollback(alice)).activeVersion).toBe(2);
  });

  test("has nowhere to go without an active version", async () => {
    await expect(store.rollback(alice)).rejects.toThrow(failsWith("PLINTH_NO_PREVIOUS_VERSION"));
  });
});

describe("what a version is configured with", () => {
  test("is kept with it, and nothing where nothing was given", async () => {
    await store.createTenant(alice);
    await deploy(store, alice, "one");
    const config = { vars: { GREETING: "hi", deep: [1, { two: null }] } };
    await store.addVersion(alice, { ...(await newVersion(store, "two")), config }, { activate: false });
    await reopen();
    expect(store.getVersion(alice, 1).config).toEqual({});
    expect(store.getVersion(alice, 2).config).toEqual(config);
  });
});

describe("a rollout", () => {
  beforeEach(async () => {
    await store.createTenant(alice);
    await deploy(store, alice, "one");
    await deploy(store, alice, "two", false);
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
    ["a deploy that is activated", () => deploy(store, alice, "three")],
  ])("is ended by %s", async (_, act) => {
    await store.setRollout(alice, { version: 2, percent: 50 });
    await act();
    expect(store.getTenant(alice).rollout).toBeNull();
  });

  test("is ended by a rollback", async () => {
    await deploy(store, alice, "three");
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
    await deploy(store, bob, "one", false);
    await expect(store.setRollout(bob, { version: 1, percent: 5 })).rejects.toThrow(failsWith("PLINTH_ROLLOUT"));
  });

  test("keeps its version from being deleted, but not the tenant", async () => {
    await store.setRollout(alice, { version: 2, percent: 50 });
    await expect(store.deleteVersion(alice, 2)).rejects.toThrow(failsWith("PLINTH_VERSION_IN_ROLLOUT"));
    await store.deleteTenant(alice);
    expect(store.findTenant(alice)).toBeUndefined();
  });
});

describe("static files", () => {
  const asset = async (text: string) => ({ hash: await store.putBlob(Buffer.from(text)), bytes: text.length });
  const add = async (text: string, assets: { hash: Sha256; bytes: number }[], bytes = 1_000) => {
    const version = { ...(await newVersion(store, text)), storedBytes: 10, assets };
    return store.addVersion(alice, version, { activate: false, most: { count: 10, bytes } });
  };

  test("count once for all versions of a tenant, and go with the last of them", async () => {
    await store.createTenant(alice);
    const [first, second] = [await asset("one"), await asset("second")];
    await add("1", [first, first]);
    await add("2", [first, second]);
    expect(store.versionUsage(alice)).toEqual({ count: 2, bytes: 20 + 3 + 6 });
    expect(store.assetsOf(alice)).toEqual(new Map([first, second].map(({ hash, bytes }) => [hash, bytes])));
    await store.deleteVersion(alice, 2);
    expect(store.versionUsage(alice)).toEqual({ count: 1, bytes: 13 });
    await reopen();
    expect(store.assetsOf(alice)).toEqual(new Map([[first.hash, 3]]));
    expect(Buffer.from(await store.getBlob(first.hash)).toString()).toBe("one");
    await expect(store.getBlob(second.hash)).rejects.toThrow(failsWith("PLINTH_BLOB_CORRUPT"));
    await store.deleteTenant(alice);
    await store.createTenant(alice);
    expect(store.assetsOf(alice).size).toBe(0);
  });

  test("that are new count towards the limit", async () => {
    await store.createTenant(alice);
    const [known, fresh] = [await asset("known"), await asset("fresh")];
    await add("1", [known], 15);
    await expect(add("2", [known, fresh], 29)).rejects.toThrow(failsWith("PLINTH_VERSION_STORAGE_LIMIT"));
    await add("2", [known, fresh], 30);
  });
});

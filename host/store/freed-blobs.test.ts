/**
 * Blobs of deleted versions are removed while the host runs. No blob is removed that a deploy has put or a version
 * names.
 */
import { access } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { alice, bob, deploy, failsWith, newVersion, type TestFolder, testFolder } from "./embedded.fixture.ts";
import { openEmbeddedStore } from "./embedded.ts";
import type { Sha256, Store, Version } from "./store.ts";

let folder: TestFolder;
let store: Store;
beforeEach(async () => {
  folder = await testFolder();
  await openWith({ graceMs: 1, keepMs: 1 });
});
afterEach(async () => {
  await store.close();
  await folder[Symbol.asyncDispose]();
});

async function openWith(times: { graceMs: number; keepMs: number }): Promise<void> {
  await store?.close();
  store = await openEmbeddedStore(folder.path, times);
  for (const name of [alice, bob]) if (store.findTenant(name) === undefined) await store.createTenant(name);
}

const isThere = (blob: Sha256) =>
  access(store.blobPath(blob)).then(
    () => true,
    () => false,
  );
const blobsOf = ({ component, artifacts }: Version) => [component, ...Object.values(artifacts)];
const areThere = (version: Version) => Promise.all(blobsOf(version).map(isThere));

test("blobs go after their version and their tenant, without a restart", async () => {
  const old = await deploy(store, alice, "old");
  const kept = await deploy(store, alice, "kept");
  const other = await deploy(store, bob, "other");
  await store.deleteVersion(alice, old.id);
  await store.deleteTenant(bob);
  await expect.poll(() => areThere(old)).toEqual([false, false]);
  await expect.poll(() => areThere(other)).toEqual([false, false]);
  expect(await areThere(kept)).toEqual([true, true]);
});

test("a blob that another tenant's version names stays", async () => {
  const shared = await deploy(store, alice, "shared");
  await deploy(store, bob, "shared");
  const marker = await deploy(store, bob, "marker", false);
  await store.deleteTenant(alice);
  await store.deleteVersion(bob, marker.id);
  await expect.poll(() => areThere(marker)).toEqual([false, false]);
  expect(await areThere(shared)).toEqual([true, true]);
});

test("deploys of bytes that are being freed are whole, whatever the interleaving", async () => {
  await openWith({ graceMs: 1, keepMs: 60_000 });
  for (let round = 0; round < 20; round++) {
    const old = await deploy(store, alice, "again", false);
    const deleted = store.deleteVersion(alice, old.id);
    await new Promise((resolve) => setTimeout(resolve, round));
    const version = await deploy(store, bob, "again");
    await deleted;
    for (const blob of blobsOf(version)) await store.getBlob(blob);
    await store.deleteTenant(bob);
    await store.createTenant(bob);
  }
});

test("blobs of a version that is refused go as well", async () => {
  const version = await newVersion(store, "refused");
  const most = { count: 0, bytes: 1e9 };
  await expect(store.addVersion(alice, version, { activate: true, most })).rejects.toThrow(
    failsWith("PLINTH_VERSION_LIMIT"),
  );
  await expect.poll(() => isThere(version.component)).toBe(false);
});

test("a blob of a version that never comes goes after its time", async () => {
  await openWith({ graceMs: 1, keepMs: 60_000 });
  const dropped = await store.putBlob(Buffer.from("nobody's"), 1);
  const waiting = await store.putBlob(Buffer.from("somebody's, later"), 60_000);
  await expect.poll(() => isThere(dropped)).toBe(false);
  expect(await isThere(waiting)).toBe(true);
});

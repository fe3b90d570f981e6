/** A start on a data folder whose parts do not belong together is refused, and changes nothing in it. */
import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PlinthError } from "../errors.ts";
import { sha256 } from "./blobs.ts";
import { alice, bob, deploy, failsWith, type TestFolder, testFolder } from "./embedded.fixture.ts";
import { openEmbeddedStore } from "./embedded.ts";
import type { Store } from "./store.ts";

let folder: TestFolder;
let store: Store;
beforeEach(async () => {
  folder = await testFolder();
  store = await folder.open();
  await store.createTenant(alice);
  await deploy(store, alice, "1");
  await deploy(store, alice, "2");
});
afterEach(() => folder[Symbol.asyncDispose]());

const at = (name: string) => join(folder.path, name);
const refused = failsWith("PLINTH_DATA_FOLDER");

/** Every file, except the lock's and those that SQLite keeps while a database is open. */
async function files(): Promise<Record<string, string>> {
  const found = await readdir(folder.path, { recursive: true, withFileTypes: true });
  const kept = found.filter((it) => it.isFile() && !/-(wal|shm)$|^lock/.test(it.name));
  const entries = kept.map(async (it) => {
    const path = join(it.parentPath, it.name);
    return [path, sha256(await readFile(path))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function expectRefusal(about: string | RegExp): Promise<void> {
  const before = await files();
  await expect(openEmbeddedStore(folder.path)).rejects.toThrow(refused);
  await expect(openEmbeddedStore(folder.path)).rejects.toThrow(about);
  await expect(openEmbeddedStore(folder.path)).rejects.toThrow(folder.path);
  expect(await files()).toEqual(before);
}

async function expectWhole(): Promise<void> {
  store = await folder.open();
  const [second, first] = store.listVersions(alice).items;
  for (const version of [first!, second!]) await store.getBlob(version.artifacts.delta!);
}

/** A registry of another host, with a tenant of its own. */
async function foreignRegistry(): Promise<void> {
  await using other = await testFolder();
  const its = await other.open();
  await its.createTenant(bob);
  await deploy(its, bob, "foreign");
  await its.close();
  await writeFile(at("registry.sqlite"), await readFile(join(other.path, "registry.sqlite")));
}

/** Copies the present registry to the file `older`. */
function backUp(): void {
  using database = new DatabaseSync(at("registry.sqlite"));
  database.exec(`VACUUM INTO '${at("older")}'`);
  using backup = new DatabaseSync(at("older"));
  backup.exec("PRAGMA journal_mode = WAL");
}

test("without its registry, until the registry is back", async () => {
  await store.close();
  await rename(at("registry.sqlite"), at("away"));
  await expectRefusal(/registry[.]sqlite is missing/);
  await rename(at("away"), at("registry.sqlite"));
  await expectWhole();
});

test.each(["blobs/ab/", "kv.sqlite", "crons.sqlite", "logs.sqlite", "registry.sqlite-wal"])(
  "without its registry and folder.json: %s alone tells that there was one",
  async (name) => {
    await store.close();
    for (const file of await readdir(folder.path)) await rm(at(file), { recursive: true });
    if (name.endsWith("/")) await mkdir(at(name), { recursive: true });
    await writeFile(at(name.endsWith("/") ? `${name}ab${"0".repeat(62)}` : name), "something");
    await expectRefusal(/registry[.]sqlite is missing/);
    expect(await readdir(folder.path)).not.toContain("registry.sqlite");
  },
);

test("whose registry was cut off to nothing", async () => {
  await store.close();
  await truncate(at("registry.sqlite"), 0);
  await expectRefusal(/registry[.]sqlite is empty/);
});

test("whose registry is new", async () => {
  await store.close();
  await rm(at("registry.sqlite"));
  new DatabaseSync(at("registry.sqlite")).exec("PRAGMA journal_mode = WAL");
  await expect(openEmbeddedStore(folder.path)).rejects.toThrow(/registry[.]sqlite is not the one/);
  await rm(at("folder.json"));
  await expect(openEmbeddedStore(folder.path)).rejects.toThrow(/registry[.]sqlite is empty/);
  expect((await readdir(at("blobs"), { recursive: true })).filter((name) => name.length > 64)).toHaveLength(4);
});

test("whose registry is another host's", async () => {
  await store.close();
  await rename(at("registry.sqlite"), at("away"));
  await foreignRegistry();
  await expectRefusal(/registry[.]sqlite is not the one/);
  await rename(at("away"), at("registry.sqlite"));
  await expectWhole();
});

test("whose registry is older, such as one of a backup", async () => {
  backUp();
  await deploy(store, alice, "3");
  await store.close();
  await rename(at("registry.sqlite"), at("newer"));
  await rename(at("older"), at("registry.sqlite"));
  await expectRefusal(/registry[.]sqlite is older/);
  await rename(at("newer"), at("registry.sqlite"));
  await expectWhole();
});

test("whose registry is older, and the process was killed", async () => {
  backUp();
  await store.setHostnames(alice, ["a.example"]);
  // A kill leaves the record in its state before a close.
  const record = await readFile(at("folder.json"));
  await store.close();
  await writeFile(at("folder.json"), record);
  await rename(at("older"), at("registry.sqlite"));
  await expectRefusal(/registry[.]sqlite is older/);
});

test("without its blobs, or with none of them", async () => {
  await store.close();
  await rename(at("blobs"), at("away"));
  await expectRefusal(/blobs/);
  await mkdir(at("blobs"));
  await expectRefusal(/blobs/);
  await rm(at("blobs"), { recursive: true });
  await rename(at("away"), at("blobs"));
  await expectWhole();
});

test("whose folder.json cannot be read", async () => {
  await store.close();
  await writeFile(at("folder.json"), "{");
  await expectRefusal(/folder[.]json/);
});

test("is taken as it is where folder.json is removed", async () => {
  await store.close();
  await foreignRegistry();
  await rm(at("folder.json"));
  store = await folder.open();
  expect(store.listTenants().items.map(({ name }) => name)).toEqual([bob]);
  store = await folder.open();
});

test("of before there was a folder.json is taken as it is, and gets one", async () => {
  await store.close();
  {
    using registry = new DatabaseSync(at("registry.sqlite"));
    registry.exec(`
      DROP TABLE identity; DROP TABLE version_blobs; DROP TABLE assets; ALTER TABLE versions DROP COLUMN stored_bytes;
      DROP VIEW tenant_records; ALTER TABLE tenants DROP COLUMN group_label; CREATE VIEW tenant_records AS SELECT 1;
      PRAGMA user_version = 5`);
  }
  await rm(at("folder.json"));
  await expectWhole();
  await store.close();
  await rm(at("registry.sqlite"));
  await expectRefusal(/registry[.]sqlite is missing/);
});

test("a first start finds the operator's own files, and what a killed first start has left", async () => {
  await using other = await testFolder();
  for (const name of ["plinth.config.json", "secret-key", "admin-token"]) await writeFile(join(other.path, name), "");
  await mkdir(join(other.path, "blobs"));
  await writeFile(join(other.path, "registry.sqlite"), "");
  const first = await other.open();
  await first.createTenant(alice);
  await other.open();
});

test("a part that the folder had before must be there, and be the same", async () => {
  const file = at("part.sqlite");
  await store.folder.expect(file);
  await store.folder.claim(file, { id: "a" });
  await expect(store.folder.expect(file)).rejects.toThrow(/part[.]sqlite is missing/);
  await writeFile(file, "");
  await expect(store.folder.expect(file)).rejects.toThrow(/part[.]sqlite is empty/);
  await writeFile(file, "something");
  await store.folder.expect(file);
  await expect(store.folder.claim(file, { id: "b" })).rejects.toThrow(refused);
  store = await folder.open();
  await store.folder.claim(file, { id: "a" });
  await expect(store.folder.claim(file, { id: "b" })).rejects.toThrow(/part[.]sqlite is not the one/);
});

test("one that is opened removes nothing before it is swept", async () => {
  const { artifacts } = store.getVersion(alice, 1);
  await store.deleteVersion(alice, 1);
  await store.close();
  const before = await files();
  {
    await using opened = await openEmbeddedStore(folder.path);
    expect(await files()).toEqual(before);
    expect(await opened.sweep()).toEqual({ removed: 2, missing: [] });
    await expect(opened.getBlob(artifacts.delta!)).rejects.toThrow(failsWith("PLINTH_BLOB_CORRUPT"));
  }
});

test("a missing blob is named and keeps no other blob; without folder.json, it keeps all", async () => {
  const { artifacts } = store.getVersion(alice, 1);
  await store.deleteVersion(alice, 1);
  const lost = store.getVersion(alice, 2).component;
  await store.close();
  await rename(store.blobPath(lost), at("away"));
  const record = await readFile(at("folder.json"));
  await rm(at("folder.json"));
  {
    await using opened = await openEmbeddedStore(folder.path);
    expect(await opened.sweep()).toEqual({ removed: 0, missing: [lost] });
    expect(Buffer.from(await opened.getBlob(artifacts.delta!)).toString()).toBe("delta 1");
  }
  await writeFile(at("folder.json"), record);
  await using opened = await openEmbeddedStore(folder.path);
  expect(await opened.sweep()).toEqual({ removed: 2, missing: [lost] });
});

test("a damaged registry is named, and nothing is swept by what is left of it", async () => {
  for (let n = 0; n < 200; n++) await deploy(store, alice, `more ${n}`, false);
  await store.deleteVersion(alice, 1);
  await store.close();
  const file = at("registry.sqlite");
  const bytes = await readFile(file);
  const before = (await readdir(at("blobs"), { recursive: true })).length;
  // One page of versions is now a copy of another: every page can be read, and some versions are missing.
  const [one, other] = leavesWith(bytes, "plinth:js@1.0.0");
  bytes.copy(bytes, one! * PAGE, other! * PAGE, (other! + 1) * PAGE);
  await writeFile(file, bytes);
  const failure = expect.objectContaining({ code: "PLINTH_DATABASE", message: expect.stringContaining(file) });
  await using opened = await openEmbeddedStore(folder.path);
  await expect(opened.sweep()).rejects.toThrow(failure);
  expect(await readdir(at("blobs"), { recursive: true })).toHaveLength(before);
});

test("a flipped bit in a name of the registry costs no blob and no tenant", async () => {
  const { component, artifacts } = store.getVersion(alice, 1);
  await store.close();
  const file = at("registry.sqlite");
  const [bytes, blobs] = [await readFile(file), await readdir(at("blobs"), { recursive: true })];
  const outcomes: string[] = [];
  for (const name of [component, artifacts.delta!, alice]) {
    for (let place = bytes.indexOf(name); place !== -1; place = bytes.indexOf(name, place + 1)) {
      const damaged = Buffer.from(bytes);
      damaged[place + 1]! ^= 1;
      await writeFile(file, damaged);
      outcomes.push(await startAndSweep());
      expect([place, await readdir(at("blobs"), { recursive: true })]).toEqual([place, blobs]);
    }
  }
  expect(outcomes).toContain("PLINTH_DATABASE");
  await writeFile(file, bytes);
  expect(await startAndSweep()).toBe("serves");
});

/** Does what a start does. Afterwards KV's data of tenants that the registry does not name is removed. */
async function startAndSweep(): Promise<string> {
  try {
    await using opened = await openEmbeddedStore(folder.path);
    await opened.sweep();
    expect(opened.routes().map(({ tenant }) => tenant)).toContain(alice);
    return "serves";
  } catch (error) {
    if (error instanceof PlinthError) return error.code;
    throw error;
  }
}

const PAGE = 4096;
/** First byte of a page of SQLite that has rows of a table (https://sqlite.org/fileformat2.html). */
const TABLE_LEAF = 0x0d;

function leavesWith(bytes: Buffer, text: string): number[] {
  const pages = Array.from({ length: bytes.length / PAGE }, (_, page) => page);
  return pages.filter((page) => {
    const content = bytes.subarray(page * PAGE, (page + 1) * PAGE);
    return content[0] === TABLE_LEAF && content.includes(text);
  });
}

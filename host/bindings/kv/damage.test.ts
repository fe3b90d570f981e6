/** A kv.sqlite that is missing, another's, or damaged. */
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbeddedStore } from "../../store/embedded.ts";
import { openForWriting } from "./database.ts";
import { alice, bob, openKv, openTestKv, PAGES, type TestKv } from "./fixtures.ts";
import { newValue } from "./new-value.ts";
import { KvService } from "./service.ts";

let it: TestKv;
let file: string;
beforeEach(async () => {
  it = await openTestKv();
  ({ file } = it.kv);
  for (let n = 0; n < 40; n++) await it.put(`key ${n}`, "x".repeat(1_000));
  await it.kv[Symbol.asyncDispose]();
});
afterEach(() => it[Symbol.asyncDispose]());

const faults: string[] = [];
beforeEach(() => void faults.splice(0));
const open = () =>
  KvService.open({
    folder: it.folder,
    store: it.store,
    storageLimitOf: () => 2 ** 30,
    onFault: (error) => faults.push(String(error)),
  });
const refused = expect.objectContaining({ code: "PLINTH_DATA_FOLDER" });
const unavailable = expect.objectContaining({ code: "PLINTH_KV_UNAVAILABLE" });

async function expectWhole(): Promise<void> {
  await using kv = await openKv(it.folder, it.store);
  expect(kv.reader.list(PAGES).keys).toHaveLength(40);
}

test("after a host has ended, the file is whole by itself", async () => {
  expect((await readdir(it.folder)).filter((name) => name.startsWith("kv"))).toEqual(["kv.sqlite"]);
});

test("one that is missing or empty is not made anew", async () => {
  await rename(file, `${file}.away`);
  await expect(open()).rejects.toThrow(refused);
  await expect(open()).rejects.toThrow(/kv[.]sqlite is missing/);
  await expect(readFile(file)).rejects.toThrow("ENOENT");
  await writeFile(file, "");
  await expect(open()).rejects.toThrow(/kv[.]sqlite is empty/);
  await rename(`${file}.away`, file);
  await expectWhole();
});

test("one of another host is refused, and keeps what it has", async () => {
  await using other = await openTestKv();
  await other.kv.createNamespace("carol/DATA");
  await other.kv[Symbol.asyncDispose]();
  await rename(file, `${file}.away`);
  await writeFile(file, await readFile(other.kv.file));
  await expect(open()).rejects.toThrow(refused);
  await expect(open()).rejects.toThrow(/kv[.]sqlite is not the one/);
  {
    using database = openForWriting(file);
    const names = database.prepare("SELECT name FROM namespaces ORDER BY name").all();
    expect(names.map(({ name }) => name)).toEqual([PAGES, "carol/DATA"]);
  }
  await rename(`${file}.away`, file);
  await expectWhole();
});

test("one that is older is refused, and keeps what it has", async () => {
  const older = await readFile(file);
  {
    await using kv = await openKv(it.folder, it.store);
    await kv.delete(alice, PAGES, ["key 1"], null);
  }
  await it.store.close();
  await rename(file, `${file}.away`);
  await writeFile(file, older);
  await using store = await openEmbeddedStore(it.folder);
  const opened = KvService.open({ folder: it.folder, store, storageLimitOf: () => 2 ** 30, onFault: () => {} });
  await expect(opened).rejects.toThrow(refused);
  await expect(opened).rejects.toThrow(/kv[.]sqlite is older/);
  await rename(`${file}.away`, file);
  await using kv = await openKv(it.folder, store);
  expect(kv.reader.list(PAGES).keys).toHaveLength(39);
});

test("a write that is refused does not count as a change", async () => {
  await using kv = await openKv(it.folder, it.store);
  const changes = () => {
    using database = openForWriting(file);
    return database.prepare("SELECT changes FROM identity").get()!.changes;
  };
  const before = changes();
  await expect(kv.delete(alice, PAGES, ["key 1"], 999)).rejects.toMatchObject({ code: "PLINTH_KV_CONFLICT" });
  expect(changes()).toBe(before);
  await kv.delete(alice, PAGES, ["key 1"], null);
  expect(changes()).toBe(Number(before) + 1);
});

test("is taken as it is where folder.json is removed", async () => {
  await it.store.close();
  await rm(join(it.folder, "folder.json"));
  await rm(file);
  await using store = await openEmbeddedStore(it.folder);
  await using kv = await openKv(it.folder, store);
  expect(kv.reader.namespacesOf(alice)).toEqual([]);
});

test("one that is no database puts KV out of service, names its file, and is left as it is", async () => {
  const noise = Buffer.alloc(8192, "not what it was ");
  await writeFile(file, noise);
  await using kv = await open();
  expect(faults).toEqual([expect.stringContaining(file)]);
  expect(faults[0]).toContain("restore it from a backup");
  expect(kv.isInService).toBe(false);
  for (const read of [
    () => kv.reader.get(PAGES, "key 1"),
    () => kv.reader.getMany(PAGES, ["key 1"]),
    () => kv.reader.list(PAGES),
    () => kv.reader.hasNamespace(PAGES),
    () => kv.reader.namespacesOf(alice),
    () => kv.reader.grantedTo(alice),
    () => kv.reader.namespace(PAGES),
  ])
    expect(read).toThrow(unavailable);
  await expect(kv.put(alice, PAGES, [newValue("key", new Uint8Array(1), {})], null)).rejects.toThrow(unavailable);
  await expect(kv.createNamespace(PAGES)).rejects.toThrow(unavailable);
  await expect(kv.provision(alice, [{ binding: "KV", namespace: "PAGES" }])).rejects.toThrow(unavailable);
  await kv.provision(alice, []);
  // Calls say what is wrong, and not that a namespace is not granted.
  const sources = ["MINE", "bob/THEIRS"].map((namespace) => ({ binding: namespace, namespace }));
  expect(Object.keys(kv.resolve(alice, sources))).toEqual(["MINE", "bob/THEIRS"]);
  await it.store.deleteTenant(bob);
  await expect.poll(() => faults.length).toBe(2);
  expect(await readFile(file)).toEqual(noise);
});

test("a flipped bit in a namespace's name costs none of its keys", async () => {
  const bytes = await readFile(file);
  let places = 0;
  for (let place = bytes.indexOf(PAGES); place !== -1; place = bytes.indexOf(PAGES, place + 1)) {
    places++;
    const damaged = Buffer.from(bytes);
    damaged[place + 1]! ^= 1;
    await writeFile(file, damaged);
    {
      await using kv = await open();
      await kv.sweep();
    }
    using database = openForWriting(file);
    expect(database.prepare("SELECT count(*) AS count FROM namespaces").get()).toMatchObject({ count: 1 });
  }
  expect(places).toBeGreaterThan(1);
  await writeFile(file, bytes);
  await expectWhole();
});

test("a damaged part of it fails the calls that meet it, and the host's log names the file", async () => {
  const bytes = await readFile(file);
  const page = 4096;
  // Only pages of values are damaged. The pages of the tables' roots and of the keys stay.
  for (let at = 0; at < bytes.length; at += page)
    if (bytes.subarray(at, at + page).includes("x".repeat(900))) bytes.fill(0xff, at, at + page);
  await writeFile(file, bytes);
  await using kv = await open();
  expect(faults).toEqual([]);
  expect(kv.reader.list(PAGES).keys).toHaveLength(40);
  expect(() => kv.reader.get(PAGES, "key 1")).toThrow(unavailable);
  expect(faults).toEqual([expect.stringContaining(file)]);
  await expect(kv.delete(alice, PAGES, ["key 1"], null)).rejects.toThrow(unavailable);
  expect(faults).toEqual([expect.stringContaining(file), expect.stringContaining(file)]);
});

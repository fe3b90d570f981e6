import { once } from "node:events";
import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Reserve } from "../../store/reserve.ts";
import { RESTART_PAGES } from "./checkpoint.ts";
import { openForWriting } from "./database.ts";
import { alice, onFault, openTestKv, PAGES, type TestKv } from "./fixtures.ts";
import { commitGroup } from "./group-commit.ts";
import { ENTRY_BYTES } from "./limits.ts";
import { newValue } from "./new-value.ts";
import type { KvOperation } from "./operations.ts";
import { KvReader } from "./reader.ts";
import { KvTables } from "./tables.ts";
import { KvWriter } from "./writer.ts";

let it: TestKv;
beforeEach(async () => {
  it = await openTestKv();
});
afterEach(() => it[Symbol.asyncDispose]());

const put = (key: string, bytes: number, expiration: number | null = null): KvOperation => {
  const values = [{ key, value: new Uint8Array(bytes), metadata: null, expiration }];
  return { kind: "put", namespace: PAGES, values, ifRevision: null, storageLimit: 2 ** 30 };
};

function readingThread(keys: string[]): Worker {
  return new Worker(new URL("./reader-thread.ts", import.meta.url), {
    workerData: { file: it.kv.file, namespace: PAGES, keys },
  });
}

test("what has expired, and what was in deleted namespaces, leaves the disk in the background", async () => {
  await it.kv[Symbol.asyncDispose]();
  await using writer = await KvWriter.open(it.kv.file, { onFault, sweepMs: 20 });
  await writer.write(alice, { kind: "create-namespaces", names: ["alice/OTHER"] });
  const expired = Array.from({ length: 1_200 }, (_, n) => writer.write(alice, put(`k${n}`, 10, 1)));
  await Promise.all([...expired, writer.write(alice, put("stays", 10))]);
  await writer.write(alice, { ...put("a", 5), namespace: "alice/OTHER" } as KvOperation);
  await writer.write(alice, { kind: "delete-namespace", name: "alice/OTHER" });

  using reader = new KvReader(it.kv.file);
  using database = new DatabaseSync(it.kv.file, { readOnly: true });
  await vi.waitFor(
    () => {
      expect(database.prepare("SELECT count(*) AS n FROM entries").get()).toEqual({ n: 1 });
      expect(database.prepare("SELECT count(*) AS n FROM contents").get()).toEqual({ n: 1 });
      expect(database.prepare("SELECT count(*) AS n FROM removed_namespaces").get()).toEqual({ n: 0 });
    },
    { timeout: 20_000, interval: 50 },
  );
  expect(reader.namespace(PAGES)).toMatchObject({ keys: 1, bytes: "stays".length + 10 + ENTRY_BYTES });
});

test("the log stays small while others read without end, and after one of them was ended in the middle", async () => {
  await it.put("small", "value");
  const threads = [readingThread(["small", "large"]), readingThread(["small", "large"])];
  await Promise.all(threads.map((thread) => once(thread, "message")));
  const log = async () => (await stat(`${it.kv.file}-wal`)).size;
  const bound = RESTART_PAGES * 4096 * 1.6;
  const megabytes = async (count: number) => {
    for (let n = 0; n < count; n++) {
      await it.kv.put(alice, PAGES, [newValue("large", new Uint8Array(1024 * 1024), {})], null);
      expect(await log()).toBeLessThan(bound);
    }
  };
  await megabytes(100);
  await threads[0]!.terminate();
  await megabytes(100);
  await threads[1]!.terminate();
});

test("a file of a newer Plinth is left alone", async () => {
  await it.kv[Symbol.asyncDispose]();
  const database = openForWriting(it.kv.file);
  database.exec("PRAGMA user_version = 99");
  database.close();
  await expect(KvWriter.open(it.kv.file, { onFault })).rejects.toMatchObject({ code: "PLINTH_DATA_VERSION" });
});

test("writes of all tenants that wait are limited by their bytes", async () => {
  await it.kv[Symbol.asyncDispose]();
  await using writer = await KvWriter.open(it.kv.file, { onFault, pendingBytes: 1_000 });
  const first = writer.write("alice", put("a", 600));
  await expect(writer.write("bob", put("b", 600))).rejects.toMatchObject({ code: "PLINTH_KV_BUSY" });
  await first;
  await writer.write("bob", put("b", 600));
});

test("where the disk is full, what does not fit fails, and what fits is written", () => {
  using database = openForWriting(it.kv.file);
  database.exec("PRAGMA max_page_count = 100");
  const tables = new KvTables(database);
  const { outcomes } = commitGroup(
    database,
    tables,
    [put("a", 1_000), put("large", 1_000_000), put("b", 1_000)],
    new Reserve(it.folder),
  );
  const revision = expect.any(Number);
  const failed = expect.objectContaining({ message: expect.stringContaining("full") });
  expect(outcomes).toEqual([{ revision }, { failed }, { revision }]);
  expect(it.kv.reader.list(PAGES).keys.map(({ key }) => key)).toEqual(["a", "b"]);
});

test("one that is refused does not keep the others of its group from being written", async () => {
  const values = ["a", "b", "c", "d"].map((key) => it.put(key, key, { ifRevision: key === "c" ? 7 : 0 }));
  const results = await Promise.allSettled(values);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(it.kv.reader.list(PAGES).keys.map(({ key }) => key)).toEqual(["a", "b", "d"]);
});

test("the keys of deletes that wait count as bytes, too", async () => {
  await it.kv[Symbol.asyncDispose]();
  await using writer = await KvWriter.open(it.kv.file, { onFault, pendingBytes: 10_000 });
  const keys = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(60, "k"));
  const remove = () => writer.write(alice, { kind: "delete", namespace: PAGES, keys, ifRevision: null });
  const first = remove();
  await expect(remove()).rejects.toMatchObject({ code: "PLINTH_KV_BUSY" });
  await first;
  await remove();
});

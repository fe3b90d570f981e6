import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MIB } from "../../config/limits.ts";
import { transaction } from "../../sqlite/transaction.ts";
import { kvFile, openForWriting } from "./database.ts";
import type { NewValue } from "./operations.ts";
import { KvTables } from "./tables.ts";

test.each(["expired", "deleted"])("large values that are %s go a few at a time: writers wait for each", async (how) => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-kv-tables-"));
  const database = openForWriting(kvFile(folder));
  const tables = new KvTables(database);
  const expiration = how === "expired" ? 1 : null;
  const values = Array.from({ length: 5 }, (_, n): NewValue => {
    return { key: `${n}`, value: new Uint8Array(20 * MIB), metadata: null, expiration };
  });
  const left = () => (database.prepare("SELECT count(*) AS left FROM contents").get() as { left: number }).left;
  transaction(database, () => {
    tables.apply({ kind: "create-namespaces", names: ["alice/LARGE"] });
    tables.apply({ kind: "put", namespace: "alice/LARGE", values, ifRevision: null, storageLimit: 1024 * MIB });
    if (how === "deleted") tables.apply({ kind: "delete-namespace", name: "alice/LARGE" });
  });
  const after: number[] = [];
  while (transaction(database, () => tables.sweep()) && after.length < 10) after.push(left());
  expect(after.slice(0, 2)).toEqual([3, 1]);
  expect(left()).toBe(0);
  database.close();
  await rm(folder, { recursive: true });
});

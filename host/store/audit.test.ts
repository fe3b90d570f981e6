import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbeddedStore } from "./embedded.ts";
import type { AuditedChange, Store, TenantName } from "./store.ts";

const alice = "alice" as TenantName;
const token = { id: "t", label: "ci" };

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-audit-"));
  store = await openEmbeddedStore(folder);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const change = (action: string): AuditedChange => ({
  token,
  action,
  request: "req-1",
  tenant: null,
  target: null,
  recorded: false,
});

test("a change and its entry are one transaction: a change that fails leaves neither", async () => {
  const made = change("tenant.create");
  await store.audited(made, () => store.createTenant(alice));
  expect(made.recorded).toBe(true);
  const again = change("tenant.create");
  await expect(store.audited(again, () => store.createTenant(alice))).rejects.toThrow();
  expect(again.recorded).toBe(false);
  expect(store.listAudit()).toMatchObject([{ action: "tenant.create", tenant: "alice", outcome: "done", token }]);
});

test("a change by several writes has one entry, a write of the host's own none", async () => {
  await store.createTenant(alice);
  await store.audited(change("both"), async () => {
    await store.setHostnames(alice, ["a.example"]);
    await store.setSettings(alice, { isolation: "reuse" });
  });
  expect(store.listAudit().map(({ action }) => action)).toEqual(["both"]);
});

test("entries are not altered, and go when they are old", async () => {
  for (const outcome of ["one", "two"]) store.addAuditEntry({ ...change("x"), outcome });
  using database = new DatabaseSync(join(folder, "registry.sqlite"));
  expect(() => database.exec("UPDATE audit SET outcome = 'other'")).toThrow("not rewritten");
  const [two, one] = store.listAudit();
  store.pruneAudit(one!.time);
  expect(store.listAudit().length).toBe(2);
  await expect.poll(() => new Date().toISOString() > two!.time).toBe(true);
  store.addAuditEntry({ ...change("x"), outcome: "three" });
  store.pruneAudit(store.listAudit()[0]!.time);
  expect(store.listAudit().map(({ outcome }) => outcome)).toEqual(["three"]);
  store.pruneAudit("9999-01-01T00:00:00.000Z");
  expect(store.listAudit()).toEqual([]);
  store.addAuditEntry({ ...change("x"), outcome: "four" });
  expect(store.listAudit()[0]!.id).toBe(4);
});

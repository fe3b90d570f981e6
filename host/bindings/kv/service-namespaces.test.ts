import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTenantName } from "../../store/names.ts";
import { alice, bob, openKv, openTestKv, PAGES, type TestKv } from "./fixtures.ts";
import { ENTRY_BYTES, GRANTS_PER_TENANT, NAMESPACES_PER_TENANT } from "./limits.ts";
import { newValue } from "./new-value.ts";

let it: TestKv;
beforeEach(async () => {
  it = await openTestKv();
});
afterEach(() => it[Symbol.asyncDispose]());

const bytes = (text: string) => Buffer.from(text);

describe("a namespace", () => {
  const missing = { code: "PLINTH_KV_NAMESPACE_NOT_FOUND" };

  test("counts its keys and bytes", async () => {
    await it.put("key", "value", { metadata: "äö" });
    await it.put("other", "");
    expect(it.kv.reader.namespace(PAGES)).toMatchObject({
      keys: 2,
      bytes: 3 + 5 + 6 + 5 + 2 * ENTRY_BYTES,
      grants: [],
    });
    await it.put("key", "longer value");
    await it.kv.delete(alice, PAGES, ["other"], null);
    expect(it.kv.reader.namespace(PAGES)).toMatchObject({ keys: 1, bytes: 3 + 12 + ENTRY_BYTES });
  });

  test("that is not there is an error, not an empty one", async () => {
    await expect(it.kv.put(alice, "alice/NONE", [newValue("a", bytes(""), {})], null)).rejects.toMatchObject(missing);
    expect(() => it.kv.reader.get("alice/NONE", "a")).toThrow(expect.objectContaining(missing));
    expect(() => it.kv.reader.list("alice/NONE")).toThrow(expect.objectContaining(missing));
    await expect(it.kv.deleteNamespace("alice/NONE")).rejects.toMatchObject(missing);
  });

  test("is one of so many", async () => {
    const names = Array.from({ length: NAMESPACES_PER_TENANT }, (_, n) => ({ binding: "A", namespace: `N${n}` }));
    await it.kv.provision(bob, names);
    await it.kv.createNamespace("bob/N1");
    await expect(it.kv.createNamespace("bob/MORE")).rejects.toMatchObject({ code: "PLINTH_KV_NAMESPACE_LIMIT" });
    await it.kv.createNamespace("alice/MORE");
  });

  test("is granted so many times, with its owner's others together", async () => {
    await it.kv.createNamespace("alice/OTHER");
    const grants = Array.from({ length: GRANTS_PER_TENANT }, (_, n) => parseTenantName(`tenant-${n}`));
    await Promise.all(
      grants.map((tenant, n) => it.kv.grant(n % 2 === 0 ? PAGES : "alice/OTHER", tenant, { write: true })),
    );
    const limit = { code: "PLINTH_KV_GRANT_LIMIT" };
    await expect(it.kv.grant(PAGES, bob, { write: false })).rejects.toMatchObject(limit);
    expect(it.kv.reader.grantedTo(bob)).toEqual([]);
    await it.kv.grant(PAGES, grants[0]!, { write: false });
    await it.kv.revoke(PAGES, grants[0]!);
    await it.kv.grant(PAGES, bob, { write: false });
  });

  test("that is deleted and made anew is empty", async () => {
    await it.put("key", "value");
    await it.kv.deleteNamespace(PAGES);
    expect(() => it.get("key")).toThrow(expect.objectContaining(missing));
    await it.kv.createNamespace(PAGES);
    expect(it.get("key")).toBeNull();
    expect(it.kv.reader.namespace(PAGES)).toMatchObject({ keys: 0, bytes: 0 });
  });

  test("has a limit with its owner's others together, whoever writes", async () => {
    await using small = await openTestKv(100 + 2 * ENTRY_BYTES);
    await small.kv.createNamespace("alice/OTHER");
    await small.put("key", "x".repeat(47));
    const value = (length: number) => [newValue("key", new Uint8Array(length), {})];
    const over = { code: "PLINTH_KV_STORAGE_LIMIT", status: 507 };
    await expect(small.kv.put(bob, "alice/OTHER", value(48), null)).rejects.toMatchObject(over);
    expect(small.kv.reader.get("alice/OTHER", "key")).toBeNull();
    await small.kv.put(bob, "alice/OTHER", value(47), null);
    await small.put("key", "less");
    await small.kv.createNamespace("bob/HIS");
    await small.kv.put(bob, "bob/HIS", value(97 + ENTRY_BYTES), null);
  });
});

describe("what a version may use", () => {
  const sources = [
    { binding: "MINE", namespace: "SITE" },
    { binding: "THEIRS", namespace: "alice/PAGES" },
  ];

  test("are its tenant's own, and what others have granted", async () => {
    await expect(it.kv.provision(bob, sources)).rejects.toMatchObject({ code: "PLINTH_KV_NOT_GRANTED" });
    const changed: string[] = [];
    it.kv.onChange((tenant) => changed.push(tenant));
    await it.kv.grant(PAGES, bob, { write: false });
    await it.kv.provision(bob, sources);
    expect(it.kv.reader.hasNamespace("bob/SITE")).toBe(true);
    const mine = { MINE: { namespace: "bob/SITE", write: true } };
    expect(it.kv.resolve(bob, sources)).toEqual({ ...mine, THEIRS: { namespace: PAGES, write: false } });
    await it.kv.grant(PAGES, bob, { write: true });
    expect(it.kv.resolve(bob, sources)).toMatchObject({ THEIRS: { write: true } });
    expect(it.kv.reader.namespace(PAGES).grants).toEqual([{ tenant: "bob", write: true }]);
    await it.kv.revoke(PAGES, bob);
    expect(it.kv.resolve(bob, sources)).toEqual(mine);
    expect(changed).toEqual(["bob", "bob", "bob"]);
  });

  test("have names of letters, digits, hyphen and underscore", () => {
    const refused = expect.objectContaining({ code: "PLINTH_KV_NAMESPACE_NAME" });
    for (const namespace of ["", "a/b/c", "UPPER/PAGES", "-", "a b", "x".repeat(64), "bob/"]) {
      expect(() => it.kv.resolve(bob, [{ binding: "A", namespace }])).toThrow(refused);
    }
    expect(it.kv.resolve(bob, [{ binding: "A", namespace: "my-Pages_2" }]).A?.namespace).toBe("bob/my-Pages_2");
  });
});

describe("a tenant that is deleted", () => {
  test("takes its namespaces along, and what it was granted", async () => {
    await it.kv.createNamespace("bob/HIS");
    await it.kv.grant(PAGES, bob, { write: true });
    await it.kv.grant("bob/HIS", alice, { write: true });
    const changed: string[] = [];
    it.kv.onChange((tenant) => changed.push(tenant));
    await it.store.deleteTenant(bob);
    await it.store.createTenant(bob);
    // This write comes after the deletion in the order of bob's writes.
    await it.kv.createNamespace("bob/NEW");
    expect(it.kv.reader.namespacesOf("bob").map(({ name }) => name)).toEqual(["bob/NEW"]);
    expect(it.kv.reader.grantedTo("bob")).toEqual([]);
    expect(it.kv.reader.grantedTo("alice")).toEqual([]);
    expect(changed).toEqual(["alice"]);
  });

  test("does so, too, where the host ended in between", async () => {
    await it.put("key", "value");
    await it.kv[Symbol.asyncDispose]();
    await it.store.deleteTenant(alice);
    await using again = await openKv(it.folder, it.store);
    await again.sweep();
    expect(again.reader.namespacesOf("alice")).toEqual([]);
  });
});

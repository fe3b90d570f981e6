/** The wire format of docs/reference/kv.md, at both of the binding's sides. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tenantLimitDefaults } from "../../config/limits.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { alice, openTestKv, PAGES, type TestKv } from "./fixtures.ts";
import type { KvGrants } from "./grant.ts";
import { KvSide } from "./host.ts";
import { KEY_BYTES, LIST_KEYS, METADATA_BYTES, READ_KEYS, SHORTEST_TTL_SECONDS, VALUE_BYTES } from "./limits.ts";
import { KvWorkerSide } from "./worker.ts";

let it: TestKv;
let worker: KvWorkerSide;
let host: KvSide;
let grants: KvGrants;
let kvStorageMib: number;
beforeEach(async () => {
  it = await openTestKv();
  kvStorageMib = 100;
  worker = new KvWorkerSide(it.kv.file);
  host = new KvSide(it.kv);
  grants = { PAGES: { namespace: PAGES, write: true }, READ: { namespace: PAGES, write: false } };
});
afterEach(() => it[Symbol.asyncDispose]());

/** Calls as the host does: the worker's side is asked first. */
async function call(
  method: string,
  named: BindingCall["arguments"],
  body: string | Uint8Array = "",
): Promise<BindingReply> {
  const wire = { binding: "kv", method, arguments: named, body: Buffer.from(body) };
  const { signal } = new AbortController();
  const limits = { ...tenantLimitDefaults, kvStorageMib };
  const context = { tenant: alice, version: 1, requestId: "r", signal, request: {}, limits };
  return worker.call(wire, grants) ?? (await host.call(wire, grants, context));
}
const put = (key: string, body: string | Uint8Array = "", rest = {}) =>
  call("put", { name: "PAGES", key, ...rest }, body);
const text = ({ body }: BindingReply) => Buffer.from(body ?? []).toString();

describe("each method", () => {
  test("get", async () => {
    const { value } = await put("key", "väl", { metadata: [1], expirationTtl: 60, expiration: null });
    const found = await call("get", { name: "READ", key: "key" });
    expect(found.value).toEqual({ metadata: [1], expiration: expect.any(Number), ...(value as object) });
    expect(text(found)).toBe("väl");
    expect(await call("get", { name: "PAGES", key: "none" })).toEqual({ value: null });
  });

  test("getMany", async () => {
    const one = (await put("one", "1", { metadata: "m" })).value as { revision: number };
    const three = (await put("three", "333")).value as { revision: number };
    const found = await call("getMany", { name: "PAGES", keys: ["three", "two", "one"] });
    expect(found.value).toEqual([
      { key: "three", metadata: null, expiration: null, size: 3, ...three },
      null,
      { key: "one", metadata: "m", expiration: null, size: 1, ...one },
    ]);
    expect(text(found)).toBe("3331");
    expect(await call("getMany", { name: "PAGES", keys: [] })).toMatchObject({ value: [] });
  });

  test("list", async () => {
    const expiration = Math.floor(Date.now() / 1000) + 1000;
    await put("a/1", "x", { expiration, metadata: { n: 1 } });
    await put("a/2");
    await put("b");
    const first = await call("list", { name: "PAGES", prefix: "a/", limit: 1, cursor: null });
    const cursor = expect.any(String);
    const keys = [{ name: "a/1", expiration, metadata: { n: 1 } }];
    expect(first).toEqual({ value: { keys, list_complete: false, cursor } });
    const { cursor: next } = first.value as { cursor: string };
    const second = await call("list", { name: "PAGES", prefix: "a/", limit: 1, cursor: next });
    expect(second).toEqual({ value: { keys: [{ name: "a/2" }], list_complete: true } });
  });

  test("put with ifRevision, and delete", async () => {
    const { value } = await put("key", "1", { ifRevision: 0 });
    await expect(put("key", "2", { ifRevision: 0 })).rejects.toMatchObject({ code: "PLINTH_KV_CONFLICT" });
    const { revision } = value as { revision: number };
    const stale = call("delete", { name: "PAGES", key: "key", ifRevision: revision + 1 });
    await expect(stale).rejects.toMatchObject({ code: "PLINTH_KV_CONFLICT" });
    expect(await call("delete", { name: "PAGES", key: "key", ifRevision: revision })).toEqual({ value: {} });
    expect(await call("delete", { name: "PAGES", key: "key" })).toEqual({ value: {} });
    expect(await call("get", { name: "PAGES", key: "key" })).toEqual({ value: null });
  });

  test("reads are answered by the main thread as well, where the worker has no side", async () => {
    await put("key", "value");
    const wire = { binding: "kv", method: "get", arguments: { name: "PAGES", key: "key" }, body: Buffer.alloc(0) };
    expect(text(await host.call(wire, grants, { tenant: alice } as never))).toBe("value");
    const unknown = host.call({ ...wire, method: "toString" }, grants, { tenant: alice } as never);
    await expect(unknown).rejects.toMatchObject({ code: "PLINTH_BINDING_UNKNOWN" });
  });
});

describe("what a version may not", () => {
  test("use a name that it does not have", async () => {
    for (const name of ["OTHER", "__proto__", "toString", ""]) {
      await expect(call("get", { name, key: "k" })).rejects.toMatchObject({ code: "PLINTH_KV_UNBOUND" });
      await expect(call("put", { name, key: "k" })).rejects.toMatchObject({ code: "PLINTH_KV_UNBOUND" });
    }
  });

  test("write to what it may read", async () => {
    const refused = { code: "PLINTH_KV_READ_ONLY" };
    await expect(call("put", { name: "READ", key: "k" })).rejects.toMatchObject(refused);
    await expect(call("delete", { name: "READ", key: "k" })).rejects.toMatchObject(refused);
  });
});

describe("limits", () => {
  const now = () => Math.floor(Date.now() / 1000);

  test("of a key", async () => {
    await put("k".repeat(KEY_BYTES));
    await put("€".repeat(170));
    for (const key of ["", ".", "..", "k".repeat(KEY_BYTES + 1), "€".repeat(171), "half \ud83c"]) {
      const refused = { code: "PLINTH_KV_KEY" };
      await expect(put(key)).rejects.toMatchObject(refused);
      await expect(call("get", { name: "PAGES", key })).rejects.toMatchObject(refused);
      await expect(call("getMany", { name: "PAGES", keys: ["good", key] })).rejects.toMatchObject(refused);
      await expect(call("delete", { name: "PAGES", key })).rejects.toMatchObject(refused);
    }
  });

  test("of a value and its metadata", async () => {
    await put("key", new Uint8Array(VALUE_BYTES), { metadata: "m".repeat(METADATA_BYTES - 2) });
    const large = put("key", new Uint8Array(VALUE_BYTES + 1));
    await expect(large).rejects.toMatchObject({ code: "PLINTH_KV_VALUE_TOO_LARGE" });
    const long = put("key", "", { metadata: "ä".repeat(METADATA_BYTES / 2) });
    await expect(long).rejects.toMatchObject({ code: "PLINTH_KV_METADATA_TOO_LARGE" });
  });

  test("of what a version may store, in its own tenant's namespaces", async () => {
    kvStorageMib = 1;
    await put("half", new Uint8Array(2 ** 19));
    const over = { code: "PLINTH_KV_STORAGE_LIMIT", message: expect.stringContaining("over 1 MiB") };
    await expect(put("other", new Uint8Array(2 ** 19))).rejects.toMatchObject(over);
    await it.kv.createNamespace("bob/HIS");
    grants = { PAGES: { namespace: "bob/HIS", write: true } };
    await put("large", new Uint8Array(2 ** 21));
  });

  test("of the time until it expires", async () => {
    await put("key", "", { expirationTtl: SHORTEST_TTL_SECONDS });
    await put("key", "", { expiration: now() + SHORTEST_TTL_SECONDS + 1 });
    // If both are given, expirationTtl counts.
    await put("key", "", { expirationTtl: SHORTEST_TTL_SECONDS, expiration: 1 });
    for (const rest of [
      { expirationTtl: SHORTEST_TTL_SECONDS - 1 },
      { expirationTtl: -1 },
      { expirationTtl: Number.MAX_SAFE_INTEGER },
      { expiration: now() },
    ]) {
      await expect(put("key", "", rest)).rejects.toMatchObject({ code: "PLINTH_KV_EXPIRATION" });
    }
  });

  test("of a listing and of keys read at once", async () => {
    await call("list", { name: "PAGES", limit: LIST_KEYS });
    await call("getMany", { name: "PAGES", keys: Array.from({ length: READ_KEYS }, (_, n) => `k${n}`) });
  });
});

test.each([
  ["get", {}, "get: the arguments must have required properties name, key"],
  ["get", { name: "PAGES", key: 1 }, "get: key must be string"],
  ["get", { name: "PAGES", key: "k", type: "json" }, "get: type is not an argument of it"],
  ["getMany", { name: "PAGES", keys: ["a", 2] }, "getMany: keys.1 must be string"],
  [
    "getMany",
    { name: "PAGES", keys: Array(READ_KEYS + 1).fill("k") },
    "getMany: keys must not have more than 100 items",
  ],
  ["list", { name: "PAGES", limit: LIST_KEYS + 1 }, "list: limit must be <= 1000"],
  ["list", { name: "PAGES", limit: 0 }, "list: limit must be >= 1"],
  ["list", { name: "PAGES", prefix: "\ud83c" }, "list: prefix is not well-formed Unicode"],
  ["list", { name: "PAGES", cursor: "?" }, "the cursor is not one of a listing with this prefix"],
  ["put", { name: "PAGES", key: "k", expirationTtl: 60.5 }, "put: expirationTtl must be integer"],
  ["put", { name: "PAGES", key: "k", ifRevision: -1 }, "put: ifRevision must be >= 0"],
  ["delete", { name: ["PAGES"], key: "k" }, "delete: name must be string"],
])("%s with %j is refused", async (method, named, what) => {
  const message = `A call of KV has an argument that is not right: ${what}. docs/reference/kv.md describes each method.`;
  await expect(call(method, named)).rejects.toMatchObject({ code: "PLINTH_KV_ARGUMENT", message });
});

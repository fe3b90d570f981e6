import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openEmbeddedStore } from "../../store/embedded.ts";
import { alice, bob, openKv, openTestKv, PAGES, type TestKv } from "./fixtures.ts";
import { LIST_KEYS, PENDING_BYTES_PER_TENANT, PENDING_WRITES_PER_TENANT, READ_BYTES, VALUE_BYTES } from "./limits.ts";
import { newValue } from "./new-value.ts";

let it: TestKv;
beforeEach(async () => {
  it = await openTestKv();
});
afterEach(() => it[Symbol.asyncDispose]());

const bytes = (text: string) => Buffer.from(text);
const listed = (options = {}) => it.kv.reader.list(PAGES, options).keys.map(({ key }) => key);

describe("values", () => {
  test("come back with metadata, expiration and revision", async () => {
    const expiration = Math.floor(Date.now() / 1000) + 1000;
    const revision = await it.put("a/b?c", "<h1>Ä</h1>", {
      metadata: { type: "text/html", tags: [1, null] },
      expiration,
    });
    expect(it.kv.reader.get(PAGES, "a/b?c")).toEqual({
      value: new Uint8Array(bytes("<h1>Ä</h1>")),
      metadata: { type: "text/html", tags: [1, null] },
      expiration,
      revision,
    });
  });

  test("can be empty, or as large as the limit", async () => {
    await it.put("empty", "");
    expect(it.kv.reader.get(PAGES, "empty")?.value).toEqual(new Uint8Array(0));
    const large = new Uint8Array(VALUE_BYTES).map((_, index) => index * 31);
    await it.kv.put(alice, PAGES, [newValue("large", large, {})], null);
    expect(Buffer.compare(it.kv.reader.get(PAGES, "large")!.value, large)).toBe(0);
  });

  test("are replaced as a whole, and deleted", async () => {
    await it.put("key", "one", { metadata: 1, expirationTtl: 100 });
    await it.put("key", "two");
    expect(it.kv.reader.get(PAGES, "key")).toMatchObject({ metadata: null, expiration: null });
    expect(it.get("key")).toBe("two");
    await it.kv.delete(alice, PAGES, ["key", "never there"], null);
    expect(it.get("key")).toBeNull();
  });

  test("have a revision that grows, over deletes and keys as well", async () => {
    const first = await it.put("key", "1");
    const other = await it.put("other", "1");
    await it.kv.delete(alice, PAGES, ["key", "other"], null);
    const second = await it.put("key", "2");
    expect([other > first, second > other]).toEqual([true, true]);
  });

  test("outlive the host", async () => {
    await it.put("key", "value");
    await it.kv[Symbol.asyncDispose]();
    await using again = await openKv(it.folder, it.store);
    expect(Buffer.from(again.reader.get(PAGES, "key")!.value).toString()).toBe("value");
  });

  test("are not seen from the moment at which they expire", async () => {
    const expired = {
      key: "gone",
      value: new Uint8Array(5),
      metadata: null,
      expiration: Math.floor(Date.now() / 1000),
    };
    await it.kv.put(alice, PAGES, [expired], null);
    await it.put("stays", "", { expirationTtl: 60 });
    expect(it.get("gone")).toBeNull();
    expect(it.kv.reader.getMany(PAGES, ["gone"])).toEqual([null]);
    expect(listed()).toEqual(["stays"]);
    // An expired value counts as no value for compare-and-set, too.
    await it.put("gone", "new", { ifRevision: 0 });
    expect(it.get("gone")).toBe("new");
  });

  test("read together are of one moment and at most as many bytes as one may have", async () => {
    await it.put("a", "1");
    await it.put("b", "2", { metadata: "m" });
    const [a, none, b] = it.kv.reader.getMany(PAGES, ["a", "none", "b"]);
    expect([a?.value, none, b?.metadata]).toEqual([new Uint8Array(bytes("1")), null, "m"]);
    await it.kv.put(alice, PAGES, [newValue("large", new Uint8Array(READ_BYTES), {})], null);
    expect(it.kv.reader.getMany(PAGES, ["large", "none"])).toHaveLength(2);
    await it.kv.put(alice, PAGES, [newValue("la\0rge", new Uint8Array(READ_BYTES), {})], null);
    // A key that is asked for several times gets its value each time.
    for (const keys of [["large", "a"], Array(100).fill("large"), Array(100).fill("la\0rge")]) {
      expect(() => it.kv.reader.getMany(PAGES, keys)).toThrow(
        expect.objectContaining({ code: "PLINTH_KV_READ_TOO_LARGE" }),
      );
    }
  });
});

describe("compare-and-set", () => {
  test("writes at the revision that it names, and nothing else", async () => {
    const first = await it.put("key", "one", { ifRevision: 0 });
    const conflict = { code: "PLINTH_KV_CONFLICT", status: 412, details: { revision: first } };
    await expect(it.put("key", "two", { ifRevision: 0 })).rejects.toMatchObject(conflict);
    await expect(it.put("key", "two", { ifRevision: first + 1 })).rejects.toMatchObject(conflict);
    expect(it.get("key")).toBe("one");
    await it.put("key", "two", { ifRevision: first });
    expect(it.get("key")).toBe("two");
    await expect(it.kv.delete(alice, PAGES, ["key"], first)).rejects.toMatchObject({ code: "PLINTH_KV_CONFLICT" });
    await expect(it.put("none", "", { ifRevision: 7 })).rejects.toMatchObject({ details: { revision: 0 } });
  });

  test("makes a counter that loses no increment", async () => {
    let conflicts = 0;
    const increment = async (): Promise<void> => {
      const found = it.kv.reader.get(PAGES, "counter");
      const count = found === null ? 0 : Number(Buffer.from(found.value).toString());
      try {
        await it.put("counter", String(count + 1), { ifRevision: found?.revision ?? 0 });
      } catch {
        conflicts++;
        await increment();
      }
    };
    await Promise.all(Array.from({ length: 40 }, increment));
    expect(it.get("counter")).toBe("40");
    expect(conflicts).toBeGreaterThan(0);
  });
});

describe("a bulk put", () => {
  test("is all or nothing", async () => {
    await it.put("b", "there");
    const values = ["a", "b", "c"].map((key) => newValue(key, bytes("new"), {}));
    await expect(it.kv.put(alice, PAGES, values, 0)).rejects.toMatchObject({ code: "PLINTH_KV_CONFLICT" });
    expect([it.get("a"), it.get("b"), it.get("c")]).toEqual([null, "there", null]);
  });
});

describe("a listing", () => {
  test("goes by the bytes of the keys in UTF-8, page by page, whatever is in them", async () => {
    const key = fc
      .string({ unit: "binary", minLength: 1, maxLength: 20 })
      .filter((text) => text !== "." && text !== "..");
    const few = fc.array(fc.oneof(key, fc.constantFrom("a", "a\0", "ab", "a/", "\u{ffff}", "\u{10000}", "\u{10ffff}")));
    let n = 0;
    await fc.assert(
      fc.asyncProperty(few, key, fc.integer({ min: 1, max: 5 }), async (keys, prefix, limit) => {
        const namespace = `alice/N${n++}`;
        await it.kv.createNamespace(namespace);
        if (keys.length > 0) {
          await it.kv.put(
            alice,
            namespace,
            keys.map((text) => newValue(text, bytes(text), {})),
            null,
          );
        }
        const start = prefix.slice(0, 1).isWellFormed() ? prefix.slice(0, 1) : "";
        const expected = [...new Set(keys)]
          .filter((text) => text.startsWith(start))
          .toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)));
        const found: string[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const page = it.kv.reader.list(namespace, { prefix: start, limit, cursor });
          expect(page.keys.length).toBeLessThanOrEqual(limit);
          for (const entry of page.keys) {
            found.push(entry.key);
            expect(Buffer.from(it.kv.reader.get(namespace, entry.key)!.value).toString()).toBe(entry.key);
          }
          cursor = page.cursor;
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("has 1,000 keys a page where nothing is said, with their metadata", async () => {
    const values = Array.from({ length: LIST_KEYS + 1 }, (_, n) => newValue(`k${n}`, bytes("v"), { metadata: n }));
    await it.kv.put(alice, PAGES, values, null);
    const page = it.kv.reader.list(PAGES);
    expect(page.keys).toHaveLength(LIST_KEYS);
    expect(page.keys[1]).toMatchObject({ key: "k1", metadata: 1, size: 1 });
    expect(it.kv.reader.list(PAGES, { cursor: page.cursor! })).toMatchObject({ keys: [{ key: "k999" }], cursor: null });
  });

  test("takes no cursor but its own", async () => {
    for (const key of ["a", "b"]) await it.put(key, "");
    const { cursor } = it.kv.reader.list(PAGES, { limit: 1 });
    const refused = expect.objectContaining({ code: "PLINTH_KV_ARGUMENT" });
    expect(() => it.kv.reader.list(PAGES, { cursor: cursor!, prefix: "b" })).toThrow(refused);
    expect(() => it.kv.reader.list(PAGES, { cursor: "not base64 ?" })).toThrow(refused);
  });
});

describe("writes that wait", () => {
  test("are limited for each tenant by number and bytes, and the neighbours' go on", async () => {
    const busy = { code: "PLINTH_KV_BUSY", status: 503 };
    const value = (size: number) => [newValue("key", new Uint8Array(size), {})];
    const many = Array.from({ length: PENDING_WRITES_PER_TENANT }, () => it.kv.delete(alice, PAGES, ["key"], null));
    await expect(it.put("key", "")).rejects.toMatchObject(busy);
    await it.kv.put(bob, PAGES, value(1), null);
    await Promise.all(many);

    const large = [
      it.kv.put(alice, PAGES, value(VALUE_BYTES), null),
      it.kv.put(alice, PAGES, value(VALUE_BYTES), null),
    ];
    const rest = PENDING_BYTES_PER_TENANT - 2 * VALUE_BYTES;
    await expect(it.kv.put(alice, PAGES, value(rest), null)).rejects.toMatchObject(busy);
    await it.kv.put(bob, PAGES, value(rest), null);
    await Promise.all(large);
    await it.put("key", "now");
  });

  test("are done before the host ends; later ones are refused", async () => {
    const put = it.put("key", "value");
    const closed = it.kv[Symbol.asyncDispose]();
    await expect(it.put("key", "late")).rejects.toMatchObject({ code: "PLINTH_SHUTTING_DOWN" });
    await Promise.all([put, closed]);
    await it.store.close();
    await using store = await openEmbeddedStore(it.folder);
    await using again = await openKv(it.folder, store);
    expect(Buffer.from(again.reader.get(PAGES, "key")!.value).toString()).toBe("value");
  });
});

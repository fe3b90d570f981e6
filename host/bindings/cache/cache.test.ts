import { afterEach, expect, test } from "vitest";
import { tenantLimitDefaults } from "../../config/limits.ts";
import { plinthError } from "../../errors.ts";
import type { Change, Version } from "../../store/store.ts";
import type { CallContext } from "../binding.ts";
import type { Fields } from "./freshness.ts";
import { CacheSide } from "./host.ts";
import { MOST_URLS, MOST_VARIANTS } from "./tenant-cache.ts";

const MIB = 1 << 20;
const sides: CacheSide[] = [];
afterEach(async () => {
  for (const side of sides.splice(0)) await side[Symbol.asyncDispose]();
});

/** @param limitBytes of all tenants together; each may have an eighth */
function open(limitBytes = 8 * MIB) {
  let told: (change: Change) => void = () => {};
  const deleted = new Set<string>();
  const side = new CacheSide(limitBytes, {
    onChange(listener) {
      told = listener;
      return () => {};
    },
    getVersion(tenant, id) {
      if (deleted.has(tenant)) throw plinthError("PLINTH_VERSION_NOT_FOUND", [tenant, id]);
      return {} as Version;
    },
  });
  sides.push(side);
  const call = async (tenant: string, method: string, named: object, body = new Uint8Array()) => {
    const context: CallContext = {
      tenant,
      version: 1,
      requestId: "r",
      limits: tenantLimitDefaults,
      signal: new AbortController().signal,
      request: {},
    };
    const full = { cache: "", method: "GET", url: "http://shop.example/", fields: [], ...named };
    return side.call({ binding: "cache", method, arguments: full, body }, undefined, context);
  };
  const put = (tenant: string, named: object, bytes = 1, responseFields: Fields = []) =>
    call(tenant, "put", { status: 200, statusText: "", responseFields, ...named }, new Uint8Array(bytes));
  const forget = (tenant: string) => {
    deleted.add(tenant);
    told({ kind: "tenant-deleted", tenant } as Change);
  };
  const has = async (tenant: string, named: object) => (await call(tenant, "match", named)).value !== null;
  return { call, put, has, forget };
}

const url = (n: number | string) => ({ url: `http://shop.example/${n}` });

test("each tenant finds its own responses, and none after it was deleted", async () => {
  const { put, has, forget } = open();
  await put("alice", url(1));
  expect([await has("alice", url(1)), await has("alice", url(2)), await has("bob", url(1))]).toEqual([
    true,
    false,
    false,
  ]);
  expect(await has("alice", { ...url(1), cache: "other" })).toBe(false);
  forget("alice");
  expect(await has("alice", url(1))).toBe(false);
  // A request that outlives its tenant leaves nothing to the next tenant of that name.
  expect((await put("alice", url(1))).value).toBe(false);
  expect(await has("alice", url(1))).toBe(false);
});

test("a tenant's bytes are bounded: what was used longest ago goes", async () => {
  const { put, has } = open();
  for (let n = 0; n < 12; n++) {
    await put("alice", url(n), MIB / 10);
    expect(await has("alice", url(0))).toBe(true);
  }
  const left = await Promise.all(Array.from({ length: 12 }, (_, n) => has("alice", url(n))));
  expect(left.filter(Boolean)).toHaveLength(9);
  expect([left[0], left[1], left[11]]).toEqual([true, false, true]);
  await expect(put("alice", url("large"), MIB)).rejects.toMatchObject({ code: "PLINTH_CACHE_TOO_LARGE" });
});

test("a tenant's URLs are bounded, and the responses of a URL", async () => {
  const { put, has } = open();
  for (let n = 0; n <= MOST_URLS; n++) await put("alice", url(n));
  expect([await has("alice", url(0)), await has("alice", url(1)), await has("alice", url(MOST_URLS))]).toEqual([
    false,
    true,
    true,
  ]);
  const of = (n: number) => ({ ...url("vary"), fields: [["accept", String(n)]] });
  for (let n = 0; n <= MOST_VARIANTS; n++) await put("alice", of(n), 1, [["vary", "accept"]]);
  expect([await has("alice", of(0)), await has("alice", of(1))]).toEqual([false, true]);
  // Large ones of a URL make room for each other, too.
  for (let n = 0; n < 4; n++) await put("bob", of(n), 0.4 * MIB, [["vary", "accept"]]);
  const left = await Promise.all([0, 1, 2, 3].map((n) => has("bob", of(n))));
  expect(left).toEqual([false, false, true, true]);
});

test("beyond the host's bytes, the tenant that has most gives room", async () => {
  const { put, has } = open(8 * MIB);
  await put("small", url(0), 1_000);
  for (let tenant = 0; tenant < 20; tenant++)
    for (let n = 0; n < 9; n++) await put(`tenant-${tenant}`, url(n), MIB / 10);
  expect(await has("small", url(0))).toBe(true);
  expect(await has("tenant-19", url(8))).toBe(true);
  expect(await has("tenant-0", url(0))).toBe(false);
});

test.each([
  ["match", { url: "ftp://shop.example/" }],
  ["match", { cache: 7 }],
  ["match", { more: 1 }],
  ["delete", { fields: [["a"]] }],
  ["put", {}],
  ["put", { status: 206, statusText: "", responseFields: [] }],
  ["put", { status: 200, statusText: "", responseFields: [["vary", "*"]] }],
  ["put", { method: "POST", status: 200, statusText: "", responseFields: [] }],
])("%s with %j is refused", async (method, named) => {
  await expect(open().call("alice", method, named)).rejects.toMatchObject({ code: "PLINTH_BINDING_CALL" });
});

test("a method that it does not have is refused", async () => {
  await expect(open().call("alice", "fly", {})).rejects.toMatchObject({ code: "PLINTH_BINDING_UNKNOWN" });
});

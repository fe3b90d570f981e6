/** KV through the admin API of a real host. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BULK_BODY_BYTES, BULK_KEYS, VALUE_BYTES } from "../host/bindings/kv/limits.ts";
import { startTestHost, type TestHost } from "./support/host.ts";

let host: TestHost;
let base: string;
let serial = 0;

beforeAll(async () => {
  host = await startTestHost({ workers: 2 });
  for (const name of ["alice", "bob"]) await json("POST", "/v1/tenants", { name });
});
afterAll(() => host[Symbol.asyncDispose]());
beforeEach(async () => {
  base = `/v1/tenants/alice/kv/N${serial++}`;
  await call("PUT", base);
});

const call = (method: string, path: string, init: RequestInit = {}) => host.admin(path, { method, ...init });
const json = (method: string, path: string, body: unknown) =>
  call(method, path, { headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const put = (key: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  call("PUT", `${base}/values/${encodeURIComponent(key)}`, { body, headers });
const get = (key: string) => call("GET", `${base}/values/${encodeURIComponent(key)}`);
const answer = async (response: Response) => ({ status: response.status, ...((await response.json()) as object) });
const failure = (status: number, code: string) => ({ status, error: { code } });

describe("a value", () => {
  test("is its bytes, with revision, metadata and expiration in the headers", async () => {
    const bytes = new Uint8Array(1000).map((_, index) => index);
    const expiration = String(Math.floor(Date.now() / 1000) + 100);
    const metadata = '{"title":"\\u00c4pfel \\ud83c\\udf4e","del":"\\u007f"}';
    const headers = { "plinth-kv-metadata": metadata, "plinth-kv-expiration": expiration, "content-type": "image/png" };
    const { revision } = (await answer(await put("a b/ü?#%.png", bytes, headers))) as unknown as { revision: number };
    const response = await get("a b/ü?#%.png");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: `"${revision}"`,
      "plinth-kv-metadata": metadata,
      "plinth-kv-expiration": expiration,
      "content-type": "application/octet-stream",
    });
  });

  test("can be empty, JSON that is kept as it is, and as large as the limit", async () => {
    expect((await call("PUT", `${base}/values/empty`)).status).toBe(200);
    expect(await (await get("empty")).text()).toBe("");
    await put("json", '{ "a": 1}', { "content-type": "application/json" });
    expect(await (await get("json")).text()).toBe('{ "a": 1}');
    expect((await put("large", new Uint8Array(VALUE_BYTES))).status).toBe(200);
    expect((await (await get("large")).arrayBuffer()).byteLength).toBe(VALUE_BYTES);
    expect(await answer(await put("large", new Uint8Array(VALUE_BYTES + 1)))).toMatchObject(
      failure(413, "PLINTH_BODY_TOO_LARGE"),
    );
  });

  test("is written where the condition holds", async () => {
    const first = (await put("key", "1", { "if-none-match": "*" })).headers.get("etag")!;
    const refused = await put("key", "2", { "if-none-match": "*" });
    expect(await answer(refused)).toMatchObject({ status: 412, error: { revision: Number(first.slice(1, -1)) } });
    const second = (await put("key", "2", { "if-match": first })).headers.get("etag")!;
    expect(await answer(await put("key", "3", { "if-match": first }))).toMatchObject(
      failure(412, "PLINTH_KV_CONFLICT"),
    );
    const path = `${base}/values/key`;
    expect((await call("DELETE", path, { headers: { "if-match": first } })).status).toBe(412);
    expect((await call("DELETE", path, { headers: { "if-match": second } })).status).toBe(204);
    expect(await answer(await get("key"))).toMatchObject(failure(404, "PLINTH_KV_KEY_NOT_FOUND"));
    expect((await call("DELETE", path)).status).toBe(204);
  });

  test("has the limits and forms that it must have", async () => {
    expect((await put("k".repeat(512), "v")).status).toBe(200);
    expect((await put("ü".repeat(256), "v")).status).toBe(200);
    expect(await answer(await put("ü".repeat(257), "v"))).toMatchObject(failure(400, "PLINTH_KV_KEY"));
    const wrong = failure(400, "PLINTH_BAD_REQUEST");
    expect(await answer(await put("k", "v", { "if-match": "W/x" }))).toMatchObject(wrong);
    expect(await answer(await put("k", "v", { "plinth-kv-expiration": "soon" }))).toMatchObject(wrong);
    expect(await answer(await put("k", "v", { "plinth-kv-metadata": "{" }))).toMatchObject(wrong);
    expect(await answer(await put("k", "v", { "plinth-kv-expiration-ttl": "59" }))).toMatchObject(
      failure(400, "PLINTH_KV_EXPIRATION"),
    );
    const long = JSON.stringify("m".repeat(1023));
    expect(await answer(await put("k", "v", { "plinth-kv-metadata": long }))).toMatchObject(
      failure(413, "PLINTH_KV_METADATA_TOO_LARGE"),
    );
  });
});

describe("many at once", () => {
  test("are put, listed page by page, and deleted", async () => {
    const pairs = [
      { key: "a/1", value: "text", metadata: { n: 1 }, expirationTtl: 100 },
      { key: "a/2", value: "AP8=", base64: true },
      { key: "b", value: "" },
    ];
    expect((await json("POST", `${base}/bulk`, pairs)).status).toBe(200);
    expect(new Uint8Array(await (await get("a/2")).arrayBuffer())).toEqual(new Uint8Array([0, 255]));
    const first = await answer(await call("GET", `${base}/keys?prefix=a%2F&limit=1`));
    expect(first).toMatchObject({
      keys: [{ key: "a/1", size: 4, metadata: { n: 1 }, expiration: expect.any(Number) }],
    });
    const cursor = (first as unknown as { cursor: string }).cursor;
    const second = await answer(await call("GET", `${base}/keys?prefix=a%2F&limit=1&cursor=${cursor}`));
    expect(second).toMatchObject({ keys: [{ key: "a/2", metadata: null, expiration: null }], cursor: null });
    expect((await json("POST", `${base}/bulk/delete`, ["a/1", "b", "none"])).status).toBe(204);
    expect(await answer(await call("GET", `${base}/keys`))).toMatchObject({ keys: [{ key: "a/2" }] });
  });

  test("are all or nothing, and so many", async () => {
    const pairs = [
      { key: "good", value: "" },
      { key: "..", value: "" },
    ];
    expect(await answer(await json("POST", `${base}/bulk`, pairs))).toMatchObject(failure(400, "PLINTH_KV_KEY"));
    expect((await get("good")).status).toBe(404);
    const bad = [{ key: "bad", value: "not base64?", base64: true }];
    expect(await answer(await json("POST", `${base}/bulk`, bad))).toMatchObject(failure(400, "PLINTH_BAD_REQUEST"));
    const most = Array.from({ length: BULK_KEYS }, (_, n) => ({ key: `k${n}`, value: "v" }));
    expect((await json("POST", `${base}/bulk`, most)).status).toBe(200);
    const more = [...most, { key: "more", value: "v" }];
    expect(await answer(await json("POST", `${base}/bulk`, more))).toMatchObject(failure(400, "PLINTH_BAD_REQUEST"));
    const large = [{ key: "large", value: "x".repeat(BULK_BODY_BYTES) }];
    expect(await answer(await json("POST", `${base}/bulk`, large))).toMatchObject(
      failure(413, "PLINTH_BODY_TOO_LARGE"),
    );
  });
});

describe("a namespace", () => {
  const missing = failure(404, "PLINTH_KV_NAMESPACE_NOT_FOUND");

  test("is listed with usage and grants, granted, revoked and deleted", async () => {
    await put("key", "value");
    expect(await answer(await json("PUT", `${base}/grants/bob`, { write: false }))).toMatchObject({
      keys: 1,
      grants: [{ tenant: "bob", write: false }],
    });
    const name = base.split("/").at(-1)!;
    const listed = async (tenant: string) => answer(await call("GET", `/v1/tenants/${tenant}/kv`));
    expect(await listed("bob")).toEqual({
      status: 200,
      namespaces: [],
      granted: [{ namespace: `alice/${name}`, write: false }],
    });
    expect(await listed("alice")).toMatchObject({
      namespaces: expect.arrayContaining([expect.objectContaining({ name })]),
    });
    expect((await call("DELETE", `${base}/grants/bob`)).status).toBe(204);
    expect(await listed("bob")).toMatchObject({ granted: [] });
    expect((await call("DELETE", base)).status).toBe(204);
    expect(await answer(await call("GET", base))).toMatchObject(missing);
    expect(await answer(await get("key"))).toMatchObject(missing);
    expect(await answer(await put("key", "value"))).toMatchObject(missing);
  });

  test("is one of the tenant in the path, whatever a token's tenant writes there", async () => {
    const created = (await (await json("POST", "/v1/tokens", { label: "bob's", tenant: "bob" })).json()) as {
      token: string;
    };
    const asBob = (path: string) =>
      fetch(host.adminUrl + path, { headers: { authorization: `Bearer ${created.token}` } });
    await put("key", "alice's");
    const name = base.split("/").at(-1)!;
    expect((await asBob("/v1/tenants/bob/kv")).status).toBe(200);
    expect((await asBob(`${base}/values/key`)).status).toBe(403);
    expect(await answer(await asBob(`/v1/tenants/bob/kv/alice%2F${name}/values/key`))).toMatchObject(
      failure(400, "PLINTH_KV_NAMESPACE_NAME"),
    );
  });

  test("goes with its tenant", async () => {
    await json("POST", "/v1/tenants", { name: "carol" });
    await call("PUT", "/v1/tenants/carol/kv/HERS");
    expect((await call("DELETE", "/v1/tenants/carol")).status).toBe(204);
    await json("POST", "/v1/tenants", { name: "carol" });
    await call("PUT", "/v1/tenants/carol/kv/NEW");
    expect(await answer(await call("GET", "/v1/tenants/carol/kv"))).toMatchObject({ namespaces: [{ name: "NEW" }] });
  });

  test("is nobody's that is not there", async () => {
    const path = "/v1/tenants/nobody/kv/N";
    expect(await answer(await call("PUT", path))).toMatchObject(failure(404, "PLINTH_TENANT_NOT_FOUND"));
    expect(await answer(await json("PUT", `${base}/grants/nobody`, { write: true }))).toMatchObject(
      failure(404, "PLINTH_TENANT_NOT_FOUND"),
    );
    expect((await json("PUT", `${base}/grants/alice`, { write: true })).status).toBe(400);
  });
});

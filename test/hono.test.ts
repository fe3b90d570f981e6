/** All middlewares of Hono (test/packages/hono.ts) answer in a host as in Node. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";
import { type Answer, type Send, sameAsNode } from "./support/same-as-node.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ wallMs: 600_000 });
});
afterAll(() => host.close());

const program = new URL("packages/hono.ts", import.meta.url);
const headers = [
  "access-control-allow-credentials",
  "access-control-allow-headers",
  "access-control-allow-origin",
  "access-control-max-age",
  "allow",
  "cache-control",
  "content-encoding",
  "content-language",
  "content-security-policy",
  "content-type",
  "cross-origin-opener-policy",
  "etag",
  "location",
  "set-cookie",
  "strict-transport-security",
  "vary",
  "www-authenticate",
  "x-frame-options",
  "x-powered-by",
];
const same = (requests: readonly Send[], compared = headers): Promise<Answer[]> =>
  sameAsNode(host, { name: "hono", program, requests, headers: compared });
const by = (fields: Record<string, string>, method = "GET"): RequestInit => ({ method, headers: fields });
const send = (body: string, fields: Record<string, string> = {}): RequestInit => ({ ...by(fields, "POST"), body });
const basic = { authorization: `Basic ${btoa("u:p")}` };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test("who may come in: basic-auth, bearer-auth, combine, csrf, ip-restriction, jwt, jwk", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const key = { ...(await exportJWK(publicKey)), kid: "k", alg: "ES256" };
  const signed = await new SignJWT({ sub: "me" }).setProtectedHeader({ alg: "ES256", kid: "k" }).sign(privateKey);
  const keys = `/jwk?keys=${encodeURIComponent(JSON.stringify([key]))}`;
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const allowed: Send[] = [
    ["/basic", by(basic)],
    ["/bearer", by(bearer("two"))],
    ["/some", by(basic)],
    ["/some", by(bearer("t"))],
    ["/every", by(bearer("t"))],
    ["/except/open"],
    ["/csrf", send("a=1", { ...form, origin: "https://a.example" })],
    ["/ip?ip=192.168.7.1"],
    [keys, by(bearer(signed))],
  ];
  const refused: Send[] = [
    ["/basic"],
    ["/basic", by({ authorization: `Basic ${btoa("u:x")}` })],
    ["/bearer"],
    ["/bearer", by(bearer("three"))],
    ["/some", by(bearer("x"))],
    ["/every?no=1", by(bearer("t"))],
    ["/except/closed"],
    ["/csrf", send("a=1", { ...form, origin: "https://evil.example" })],
    ["/ip?ip=10.1.2.3"],
    [keys, by(bearer(`${signed.slice(0, -4)}AAAA`))],
    ["/jwt"],
    ["/jwt", by(bearer("a.b.c"))],
  ];
  expect((await same(allowed)).map(({ status }) => status)).toEqual(allowed.map(() => 200));
  expect((await same(refused)).map(({ status }) => status)).toEqual(
    refused.map(() => expect.toBeOneOf([400, 401, 403])),
  );
  const [token] = await same([["/token"]]);
  const [payload] = await same([["/jwt", by(bearer(token!.text))]]);
  expect(JSON.parse(payload!.text)).toEqual({ sub: "me", exp: 9_999_999_999 });
});

test("what goes in and out: body-limit, cookies, etag, method-override, pretty-json", async () => {
  const [cookie] = await same([["/cookie/set"]]);
  const override = { "content-type": "application/x-www-form-urlencoded" };
  const answers = await same([
    ["/limit", send("12345")],
    ["/limit", send("123456")],
    ["/cookie", by({ cookie: cookie!.headers["set-cookie"]!.split(";")[0]! })],
    ["/cookie", by({ cookie: "who=eve.forged" })],
    ["/etag"],
    ["/override", send("_method=DELETE&a=1", override)],
    ["/override", send("a=1", override)],
    ["/pretty?pretty"],
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 413, 200, 200, 200, 200, 404, 200]);
  expect([answers[2]!.text, answers[3]!.text, answers[5]!.text]).toEqual([
    '{"who":"Zoë"}',
    '{"who":null}',
    '{"a":"1"}',
  ]);
  const match = by({ "if-none-match": answers[4]!.headers.etag! });
  expect((await same([["/etag", match]]))[0]).toMatchObject({ status: 304, text: "" });
});

test("where to: cors, language, method-not-allowed, mount, serve-static, trailing-slash", async () => {
  const answers = await same([
    ["/cors", by({ origin: "https://a.example" })],
    ["/cors", by({ origin: "https://a.example", "access-control-request-method": "PUT" }, "OPTIONS")],
    ["/language", by({ "accept-language": "de-CH,de;q=0.9,en;q=0.1" })],
    ["/language?lang=fr-CA"],
    ["/powered", { method: "DELETE" }],
    ["/mounted/deep?a=1"],
    ["/files/a.css"],
    ["/files/none"],
    ["/slashes/trim/a/"],
    ["/slashes/append/b"],
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 204, 200, 200, 405, 200, 200, 404, 301, 301]);
  expect([2, 3, 5, 6].map((at) => answers[at]!.text)).toEqual(["de", "fr-CA", "?a=1", "a{}"]);
  expect([0, 6].map((at) => answers[at]!.headers["content-type"])).toEqual([
    expect.stringContaining("text/plain"),
    expect.stringContaining("text/css"),
  ]);
});

test("around: context-storage, jsx-renderer, logger, powered-by, secure-headers, timeout, timing", async () => {
  const answers = await same([
    ["/context?n=7"],
    ["/rendered"],
    ["/logged"],
    ["/powered"],
    ["/secure"],
    ["/slow"],
    ["/quick"],
    ["/timed"],
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 504, 200, 200]);
  expect(answers.slice(0, 2).map(({ text }) => text)).toEqual([
    "of 7",
    "<!DOCTYPE html><main>&lt;b&gt; &amp; co</main>",
  ]);
  expect(await logOf(host, "hono")).toMatch(/<-- GET .*\/logged\n.*--> GET .*\/logged .*200/);
});

test("what differs by chance or in transit: cache, compress, request-id, nonces, durations", async () => {
  await same([["/powered"]]);
  const get = (path: string) => host.fetch("hono", path);
  const text = async (path: string) => (await get(path)).text();
  expect(await text("/cached/a")).toBe(await text("/cached/a"));
  expect(await text("/cached/b")).not.toBe(await text("/cached/a"));
  const compressed = await host.fetch("hono", "/compressed/text", by({ "accept-encoding": "gzip" }));
  expect([compressed.headers.get("content-encoding"), await compressed.text()]).toEqual(["gzip", "hello ".repeat(400)]);
  expect(await text("/id")).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  const nonce = await get("/nonce");
  expect(nonce.headers.get("content-security-policy")).toContain(`'nonce-${await nonce.text()}'`);
  expect((await get("/timed")).headers.get("server-timing")).toMatch(/^cache;desc="hit",db;dur=/);
});

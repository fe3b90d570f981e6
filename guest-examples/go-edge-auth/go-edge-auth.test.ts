import { generateKeyPairSync, sign } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deployExample } from "../../test/support/example.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { type Origin, startOrigin } from "../../test/support/origin.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const audience = "https://app.example.com";
const now = Math.floor(Date.now() / 1000);
const good = { sub: "ada", aud: audience, exp: now + 600 };

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function token(claims: object, { key = privateKey, header = {} } = {}): string {
  const text = `${encoded({ alg: "EdDSA", ...header })}.${encoded(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString("base64url")}`;
}

describe.skipIf(!goIsInstalled)(`go-edge-auth${needsGo}`, () => {
  let host: TestHost;
  let origin: Origin;
  let reached: number;
  beforeAll(async () => {
    origin = await startOrigin(async (request, response) => {
      const body = (await buffer(request)).toString();
      response.writeHead(201, { "content-type": "application/json" });
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
    });
    host = await startTestHost({ runtimes: ["plinth:go"], fetchPrivateNetworks: ["127.0.0.0/8"] });
    await deployExample(host, "guard", import.meta.dirname, () => ({
      vars: { ORIGIN: origin.url, AUDIENCE: audience, ISSUER_KEY: publicKey.export({ format: "jwk" }).x! },
      fetch: { allow: [origin.host] },
    }));
  }, 300_000);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    await origin?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    reached = origin.requests.length;
  });

  const get = (bearer: string, init: RequestInit = {}) =>
    host.fetch("guard", "/accounts?year=2026", {
      ...init,
      headers: { "x-user": "eve", authorization: `Bearer ${bearer}` },
    });

  test("a good token leads to the origin, which learns who it is and nothing of the token", async () => {
    const response = await get(token(good), { method: "PUT", body: "x=1" });
    expect(response.status).toBe(201);
    const seen = (await response.json()) as { headers: Record<string, string> };
    expect(seen).toMatchObject({
      method: "PUT",
      url: "/accounts?year=2026",
      headers: { "x-user": "ada" },
      body: "x=1",
    });
    expect(seen.headers.authorization).toBeUndefined();
    expect(origin.requests.length - reached).toBe(1);
  });

  const [header, , signature] = token(good).split(".");
  const other = generateKeyPairSync("ed25519").privateKey;
  test.each([
    ["no token", "abc", /three parts/],
    ["no Base64", "a.b.***", /signature is wrong/],
    ["changed claims", `${header}.${encoded({ ...good, sub: "eve" })}.${signature}`, /signature is wrong/],
    ["another issuer's", token(good, { key: other }), /signature is wrong/],
    ["no signature", `${encoded({ alg: "none" })}.${encoded(good)}.`, /signature is wrong/],
    ["another algorithm", token(good, { header: { alg: "HS256" } }), /not done here/],
    ["an expired one", token({ ...good, exp: now - 1 }), /has expired/],
    ["one without an end", token({ ...good, exp: undefined }), /has expired/],
    ["one for others", token({ ...good, aud: "https://other.example" }), /for others/],
    ["one of nobody", token({ ...good, sub: "" }), /nobody/],
  ])("%s does not", async (_, bearer, reason) => {
    const response = await get(bearer);
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, 'Bearer error="invalid_token"']);
    expect(await response.text()).toMatch(reason);
    expect(origin.requests.length - reached).toBe(0);
  });

  test("who sends none is asked for one", async () => {
    const response = await host.fetch("guard", "/accounts");
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(origin.requests.length - reached).toBe(0);
  });
});

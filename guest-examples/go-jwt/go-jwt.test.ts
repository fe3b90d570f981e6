import { createPrivateKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { encoded, signedToken } from "../suites/tokens.ts";
import privateKeys from "./test-keys.json" with { type: "json" };

/** Private keys for this test only. keys.json has their public halves. */
const { keys } = privateKeys;
const audience = "https://plinth.example";
const now = Math.floor(Date.now() / 1000);
const good = { sub: "ada", aud: [audience, "https://other.example"], exp: now + 600 };

function token(kid: string, claims: object, changes: object = {}): string {
  const key = keys.find((candidate) => candidate.kid === kid)!;
  return signedToken({ alg: key.alg, kid, ...changes }, claims, createPrivateKey({ key, format: "jwk" }));
}

describe.skipIf(!goIsInstalled)(`go-jwt${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:js", "plinth:go"] });
    await host.deploy("jwt", (await buildGo(import.meta.dirname)).component);
  }, 300_000);
  afterAll(() => host?.[Symbol.asyncDispose]());

  const me = (bearer: string) => host.fetch("jwt", "/me", { headers: { authorization: `Bearer ${bearer}` } });

  test.each(["ed", "ec", "rsa"])("a good token, signed with the key %s", async (kid) => {
    const response = await me(token(kid, good));
    expect([response.status, await response.json()]).toEqual([
      200,
      { subject: "ada", expires: new Date(good.exp * 1000).toISOString().replace(".000Z", "Z") },
    ]);
  });

  const [header, , signature] = token("ec", good).split(".");
  test.each([
    ["no token", "abc", /three parts/],
    ["not Base64", "a.b.c", /header cannot be read/],
    ["changed claims", `${header}.${encoded({ ...good, sub: "eve" })}.${signature}`, /signature is wrong/],
    ["a key that is not known", token("ed", good, { kid: "other" }), /no key that is known/],
    ["another algorithm than the key's", token("rsa", good, { alg: "HS256" }), /no key that is known/],
    ["no algorithm", `${encoded({ alg: "none", kid: "ed" })}.${encoded(good)}.`, /no key that is known/],
    ["an expired one", token("ed", { ...good, exp: now - 120 }), /has expired/],
    ["one without an end", token("ed", { ...good, exp: undefined }), /has expired/],
    ["one of the future", token("ed", { ...good, nbf: now + 120 }), /not valid yet/],
    ["one for others", token("ed", { ...good, aud: "https://other.example" }), /for others/],
  ])("refuses %s", async (_, bearer, reason) => {
    const response = await me(bearer);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await response.text()).toMatch(reason);
  });

  test("asks for a token", async () => {
    const response = await host.fetch("jwt", "/me");
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="plinth"']);
  });
});

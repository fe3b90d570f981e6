import { createHmac, hash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deployExample, putSecret, putValue } from "../../test/support/example.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { type Origin, startOrigin } from "../../test/support/origin.ts";

const key = "a key of the test's own";
const code = "b6e1c9d2-orchard";

let host: TestHost;
let origin: Origin;
let reached: number;
beforeAll(async () => {
  origin = await startOrigin(async (request, response) => {
    const body = (await buffer(request)).toString();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
  });
  host = await startTestHost({ fetchPrivateNetworks: ["127.0.0.0/8"] });
  await deployExample(host, "guard", import.meta.dirname, (config) => ({
    ...config,
    vars: { ORIGIN: origin.url },
    fetch: { allow: [origin.host] },
  }));
  await putSecret(host, "guard", "SESSION_KEY", key);
  await putValue(host, "guard", "codes", hash("sha256", code), "ada\n");
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});
beforeEach(() => {
  reached = origin.requests.length;
});
const requestsOfTest = () => origin.requests.length - reached;

const login = (given: string) =>
  host.fetch("guard", "/login", { method: "POST", body: new URLSearchParams({ code: given }), redirect: "manual" });

async function session(): Promise<string> {
  const response = await login(code);
  expect([response.status, response.headers.get("location")]).toEqual([303, "."]);
  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  return cookie!.split(";")[0]!;
}

function signed(value: object, by = key): string {
  const payload = Buffer.from(JSON.stringify(value)).toString("base64url");
  return `session=${payload}.${createHmac("sha256", by).update(payload).digest("base64url")}`;
}

test("who logs in reaches the origin, which learns who it is and nothing of the session", async () => {
  const response = await host.fetch("guard", "//accounts?year=2026", {
    method: "PUT",
    body: "x=1",
    headers: { cookie: `theme=dark; ${await session()}; lang=en`, "x-user": "eve" },
  });
  expect(await response.json()).toMatchObject({
    method: "PUT",
    url: "//accounts?year=2026",
    headers: { "x-user": "ada", cookie: "theme=dark; lang=en" },
    body: "x=1",
  });
  expect(requestsOfTest()).toBe(1);
});

describe("what never reaches the origin", () => {
  const hour = 60 * 60 * 1000;
  const good = { user: "ada", expires: Date.now() + hour };
  const [payload] = signed(good).slice("session=".length).split(".");
  test.each([
    ["no cookie", "theme=dark"],
    ["an empty one", "session="],
    ["one without a signature", `session=${payload}`],
    ["one with an empty signature", `session=${payload}.`],
    ["one that is no Base64", `session=${payload}.***`],
    ["one signed with another key", signed(good, "other")],
    [
      "changed contents",
      `session=${Buffer.from('{"user":"eve"}').toString("base64url")}.${signed(good).split(".")[1]}`,
    ],
    ["one that has ended", signed({ ...good, expires: Date.now() - 1 })],
  ])("%s", async (_, cookie) => {
    const response = await host.fetch("guard", "/accounts", { headers: { cookie } });
    expect([response.status, await response.json()]).toEqual([401, { error: "log in at /login" }]);
    expect(requestsOfTest()).toBe(0);
  });

  test("a wrong code", async () => {
    const response = await login("guess");
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
    expect(requestsOfTest()).toBe(0);
  });
});

test("a browser is shown the form; logging out takes the cookie away", async () => {
  const response = await host.fetch("guard", "/accounts", { headers: { accept: "text/html,*/*" } });
  expect([response.status, await response.text()]).toEqual([401, expect.stringContaining('name="code"')]);
  const out = await host.fetch("guard", "/logout", { redirect: "manual" });
  expect(out.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=; Path=\/; Max-Age=0;/)]);
  expect(requestsOfTest()).toBe(0);
});

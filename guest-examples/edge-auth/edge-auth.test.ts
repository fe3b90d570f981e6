import { createHmac, hash } from "node:crypto";
import { expect, test } from "vitest";
import { edgeAuth } from "../suites/edge-auth.ts";
import type { Example } from "../suites/example.ts";

const key = "a key of the test's own";
const code = "b6e1c9d2-orchard";

const login = (example: Example, given: string) =>
  example.fetch("/login", { method: "POST", body: new URLSearchParams({ code: given }), redirect: "manual" });

async function session(example: Example): Promise<string> {
  const response = await login(example, code);
  expect([response.status, response.headers.get("location")]).toEqual([303, "."]);
  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  return cookie!.split(";")[0]!;
}

function signed(value: object, by = key): string {
  const payload = Buffer.from(JSON.stringify(value)).toString("base64url");
  return `session=${payload}.${createHmac("sha256", by).update(payload).digest("base64url")}`;
}

const hour = 60 * 60 * 1000;
const good = { user: "ada", expires: Date.now() + hour };
const [payload, signature] = signed(good).slice("session=".length).split(".");
const others = Buffer.from('{"user":"eve"}').toString("base64url");

const bad = (name: string, cookie: string) => [name, { cookie }, null, /^\{"error":"log in at \/login"\}$/] as const;

edgeAuth(
  import.meta.dirname,
  {
    prepare: async (example) => {
      await example.putSecret("SESSION_KEY", key);
      await example.putValue("codes", hash("sha256", code), "ada\n");
    },
    good: async (example) => ({ cookie: `theme=dark; ${await session(example)}; lang=en` }),
    passedOn: { cookie: "theme=dark; lang=en" },
    bad: [
      bad("no session", "theme=dark"),
      bad("an empty one", "session="),
      bad("one without a signature", `session=${payload}`),
      bad("one with an empty signature", `session=${payload}.`),
      bad("one that is no Base64", `session=${payload}.***`),
      bad("one signed with another key", signed(good, "other")),
      bad("one with changed contents", `session=${others}.${signature}`),
      bad("one that has ended", signed({ ...good, expires: Date.now() - 1 })),
    ],
  },
  (example, requests) => {
    test("who has a wrong code gets no session", async () => {
      const response = await login(example, "guess");
      expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
      expect(requests()).toBe(0);
    });

    test("a browser is shown the form; logging out takes the cookie away", async () => {
      const response = await example.fetch("/accounts", { headers: { accept: "text/html,*/*" } });
      expect([response.status, await response.text()]).toEqual([401, expect.stringContaining('name="code"')]);
      const out = await example.fetch("/logout", { redirect: "manual" });
      expect(out.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=; Path=\/t\/[a-z-]+\/; Max-Age=0;/)]);
      expect(requests()).toBe(0);
    });
  },
);

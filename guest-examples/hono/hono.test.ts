import { afterAll, beforeAll, expect, test } from "vitest";
import { deployExample, putSecret } from "../../test/support/example.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

const token = "a-token-of-the-tests";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  await deployExample(host, "notes", import.meta.dirname);
  await putSecret(host, "notes", "TOKEN", token);
});
afterAll(() => host[Symbol.asyncDispose]());

const put = (name: string, note: object, bearer = token) =>
  host.fetch("notes", `/notes/${name}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify(note),
  });

test("notes are written, read, listed and deleted", async () => {
  expect((await put("h%C3%BCte%2F1", { text: "grün", days: 2 })).status).toBe(204);
  expect((await put("other", { text: "x" })).status).toBe(204);
  expect(await (await host.fetch("notes", "/notes/h%C3%BCte%2F1")).text()).toBe("grün");
  expect(await (await host.fetch("notes", "/notes?prefix=h")).json()).toEqual({
    notes: [{ name: "hüte/1", length: 4 }],
  });
  expect(await (await host.fetch("notes")).text()).toContain('<a href="notes/h%C3%BCte%2F1">hüte/1</a>');
  const headers = { authorization: `Bearer ${token}` };
  expect((await host.fetch("notes", "/notes/other", { method: "DELETE", headers })).status).toBe(204);
  const gone = await host.fetch("notes", "/notes/other");
  expect([gone.status, await gone.json()]).toEqual([404, { error: "there is no /notes/other" }]);
});

test("middleware: who may write, CORS, ETag, security fields", async () => {
  expect((await put("mine", { text: "x" }, "wrong")).status).toBe(401);
  expect((await host.fetch("notes", "/notes/mine", { method: "DELETE" })).status).toBe(401);
  await put("mine", { text: "once" });
  const response = await host.fetch("notes", "/notes/mine", { headers: { origin: "https://elsewhere.example" } });
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const known = { "if-none-match": response.headers.get("etag")! };
  expect((await host.fetch("notes", "/notes/mine", { headers: known })).status).toBe(304);
});

test("validation says what is wrong", async () => {
  const refused = await put("mine", { text: 7 });
  expect([refused.status, await refused.text()]).toEqual([422, "a note needs a text"]);
  expect((await put("mine", { text: "x", days: -1 })).status).toBe(422);
  expect((await put("n".repeat(513), { text: "x" })).status).toBe(400);
});

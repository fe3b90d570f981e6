import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployExample } from "../../test/support/example.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

describe.skipIf(!goIsInstalled)(`go-todo${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:go"] });
    await deployExample(host, "todo", import.meta.dirname);
  }, 300_000);
  afterAll(() => host?.[Symbol.asyncDispose]());

  async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
    const response = await host.fetch("todo", path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = (await response.json()) as { items: { id: number; text: string; done: boolean }[] };
    return { status: response.status, etag: response.headers.get("etag")!, json };
  }

  test("items are added, ticked off and taken away", async () => {
    expect(await call("GET", "/lists/home")).toEqual({ status: 200, etag: '"0"', json: { items: [] } });
    await call("POST", "/lists/home", { text: "dust the bust" });
    await call("POST", "/lists/home", { text: "level the base" });
    await call("PATCH", "/lists/home/items/2", { done: true });
    const { json } = await call("DELETE", "/lists/home/items/1");
    expect(json.items).toEqual([{ id: 2, text: "level the base", done: true }]);
    expect((await call("POST", "/lists/home", { text: "third" })).json.items.map(({ id }) => id)).toEqual([2, 3]);
    expect((await call("GET", "/lists/garden")).json.items).toEqual([]);
  });

  test("50 who add at once: all items are there, each with a number of its own", async () => {
    const texts = Array.from({ length: 50 }, (_, index) => `item ${index}`);
    const statuses = await Promise.all(texts.map(async (text) => (await call("POST", "/lists/busy", { text })).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const { items } = (await call("GET", "/lists/busy")).json;
    expect(items.map(({ text }) => text).sort()).toEqual(texts.sort());
    expect(items.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  test("who wants to change only what they have seen is told when it is another", async () => {
    const { etag } = await call("POST", "/lists/shared", { text: "first" });
    const change = () => call("PATCH", "/lists/shared/items/1", { done: true }, { "if-match": etag });
    expect((await change()).status).toBe(200);
    expect(await change()).toMatchObject({ status: 412, json: { error: "somebody has changed the list" } });
  });

  test("says what is wrong", async () => {
    const error = (status: number, text: string) => ({ status, json: { error: expect.stringContaining(text) } });
    expect(await call("POST", "/lists/home", { txt: "x" })).toMatchObject(error(422, 'needs a "text"'));
    expect(await call("PATCH", "/lists/home/items/99", { done: true })).toMatchObject(error(404, "no item 99"));
    expect(await call("POST", "/lists/home", { text: "x" }, { "if-match": "*" })).toMatchObject(error(400, "If-Match"));
    expect((await host.fetch("todo", "/lists/home", { method: "PUT" })).status).toBe(405);
    expect((await host.fetch("todo", "/elsewhere")).status).toBe(404);
  });
});

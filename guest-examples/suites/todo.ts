import { expect, test } from "vitest";
import { describeExample, type Example, type OwnCases } from "./example.ts";

/** Calls the example and reads its answer as JSON. */
export async function call(
  example: Example,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
) {
  const response = await example.fetch(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await response.json()) as { items: { id: number; text: string; done: boolean }[] };
  return { status: response.status, etag: response.headers.get("etag")!, json };
}

/** The body of an answer with an error. */
export const failure = (status: number, text: string) => ({ status, json: { error: expect.stringContaining(text) } });

/** Todo lists. @param needsText matches the error for an item without a text */
export function todo(folder: string, needsText: string, own: OwnCases = () => {}): void {
  const deploy = (example: Example) => example.deploy();
  describeExample(folder, deploy, (example) => {
    const ask = call.bind(null, example);

    test("items are added, ticked off and taken away", async () => {
      expect(await ask("GET", "/lists/home")).toEqual({ status: 200, etag: '"0"', json: { items: [] } });
      await ask("POST", "/lists/home", { text: "dust the bust" });
      await ask("POST", "/lists/home", { text: "level the base" });
      await ask("PATCH", "/lists/home/items/2", { done: true });
      const { json } = await ask("DELETE", "/lists/home/items/1");
      expect(json.items).toEqual([{ id: 2, text: "level the base", done: true }]);
      expect((await ask("POST", "/lists/home", { text: "third" })).json.items.map(({ id }) => id)).toEqual([2, 3]);
      expect((await ask("GET", "/lists/garden")).json.items).toEqual([]);
    });

    test("50 who add at once: all items are there, each with a number of its own", async () => {
      const texts = Array.from({ length: 50 }, (_, index) => `item ${index}`);
      const statuses = await Promise.all(
        texts.map(async (text) => (await ask("POST", "/lists/busy", { text })).status),
      );
      expect(new Set(statuses)).toEqual(new Set([200]));
      const { items } = (await ask("GET", "/lists/busy")).json;
      expect(items.map(({ text }) => text).sort()).toEqual(texts.sort());
      expect(items.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    });

    test("who wants to change only what they have seen is told when it is another", async () => {
      const { etag } = await ask("POST", "/lists/shared", { text: "first" });
      const change = () => ask("PATCH", "/lists/shared/items/1", { done: true }, { "if-match": etag });
      expect((await change()).status).toBe(200);
      expect(await change()).toMatchObject({ status: 412, json: { error: "somebody has changed the list" } });
    });

    test("says what is wrong", async () => {
      expect(await ask("POST", "/lists/home", { txt: "x" })).toMatchObject(failure(422, needsText));
      expect(await ask("PATCH", "/lists/home/items/99", { done: true })).toMatchObject(failure(404, "no item 99"));
      expect(await ask("POST", "/lists/home", { text: "x" }, { "if-match": "*" })).toMatchObject(
        failure(400, "If-Match"),
      );
      expect((await example.fetch("/lists/home", { method: "PUT" })).status).toBe(405);
      expect((await example.fetch("/elsewhere")).status).toBe(404);
    });

    own(example);
  });
}

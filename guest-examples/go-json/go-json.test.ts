import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { goIsInstalled, needsGo } from "../../test/support/go.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

describe.skipIf(!goIsInstalled)(`go-json${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:js", "plinth:go"] });
    await host.deploy("cookbook", (await buildGo(import.meta.dirname)).component);
  }, 300_000);
  afterAll(() => host?.[Symbol.asyncDispose]());

  async function call(method: string, path: string, body?: string): Promise<{ status: number; json: unknown }> {
    const response = await host.fetch("cookbook", path, { method, ...(body === undefined ? {} : { body }) });
    expect(response.headers.get("content-type")).toBe("application/json");
    return { status: response.status, json: await response.json() };
  }

  test("lists recipes and scales one", async () => {
    expect(await call("GET", "/recipes")).toEqual({ status: 200, json: ["dal", "pancakes", "quiche"] });
    const dal = (portions: number, lentils: number, onion: number, ghee: number) => ({
      status: 200,
      json: { name: "dal", portions, ingredients: { lentils, onion, ghee } },
    });
    expect(await call("GET", "/recipes/dal")).toEqual(dal(2, 150, 80, 30));
    expect(await call("GET", "/recipes/dal?portions=7")).toEqual(dal(7, 525, 280, 105));
  });

  test("adds up a shopping list", async () => {
    expect(await call("POST", "/shopping-list", '{"pancakes": 8, "quiche": 3}')).toEqual({
      status: 200,
      json: { flour: 600, milk: 1000, egg: 360, butter: 50, leek: 150 },
    });
  });

  test("says what is wrong", async () => {
    const error = (status: number, reason: string) => ({ status, json: { error: expect.stringContaining(reason) } });
    expect(await call("GET", "/recipes/r%C3%B6sti")).toEqual(error(404, 'there is no recipe for "rösti"'));
    expect(await call("GET", "/recipes/dal?portions=two")).toEqual(error(400, "whole number"));
    expect(await call("POST", "/shopping-list", "[1")).toEqual(error(400, "the body must be an object"));
    expect(await call("POST", "/shopping-list", '{"dal": 0}')).toEqual(error(422, "dal: portions must be between 1"));
  });

  test("methods and paths that are not there are ServeMux's", async () => {
    const response = await host.fetch("cookbook", "/recipes", { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect((await host.fetch("cookbook", "/nothing")).status).toBe(404);
  });

  test("logs each request with slog", async () => {
    await call("GET", "/recipes/quiche");
    const messages = async (): Promise<string[]> => {
      const { lines } = (await (await host.admin("/v1/tenants/cookbook/logs")).json()) as {
        lines: { message: string }[];
      };
      return lines.map((line) => line.message);
    };
    await expect
      .poll(messages)
      .toContainEqual(expect.stringMatching(/answered method=GET path=\/recipes\/quiche took=/));
  });
});

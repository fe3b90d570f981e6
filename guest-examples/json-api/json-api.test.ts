import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildJavaScript } from "../../runtimes/js/build-tenant.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  await host.deploy("shop", (await buildJavaScript(import.meta.dirname)).component);
});
afterAll(() => host[Symbol.asyncDispose]());

async function call(method: string, path: string, body?: string): Promise<{ status: number; json: unknown }> {
  const response = await host.fetch("shop", path, { method, ...(body === undefined ? {} : { body }) });
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  return { status: response.status, json: await response.json() };
}

describe("products", () => {
  test("lists them", async () => {
    const { status, json } = await call("GET", "/products");
    expect(status).toBe(200);
    expect(json).toMatchObject({ products: [{ id: "plinth" }, { id: "bust" }, { id: "brush" }] });
  });

  test("finds one, and says which one it does not have", async () => {
    expect(await call("GET", "/products/bust")).toMatchObject({ status: 200, json: { price: 8450 } });
    expect(await call("GET", "/products/h%C3%BCte")).toEqual({
      status: 404,
      json: { error: "there is no product hüte" },
    });
  });
});

describe("the price of a cart", () => {
  const price = (cart: unknown) => call("POST", "/carts/price", JSON.stringify(cart));

  test("is the sum of its lines, with a discount from five pieces on", async () => {
    const cart = [
      { id: "plinth", quantity: 1 },
      { id: "brush", quantity: 5 },
    ];
    expect(await price(cart)).toEqual({
      status: 200,
      json: {
        lines: [
          { id: "plinth", quantity: 1, sum: 12_900 },
          { id: "brush", quantity: 5, sum: 4_478 },
        ],
        total: 17_378,
        currency: "EUR",
      },
    });
  });

  test("a cart that is wrong is refused with what is wrong", async () => {
    expect(await call("POST", "/carts/price", "{")).toEqual({ status: 400, json: { error: "the body is not JSON" } });
    expect(await price({})).toMatchObject({ status: 422 });
    expect(await price([{ id: "brush", quantity: 0 }])).toEqual({
      status: 422,
      json: { error: "line 1: the quantity is not a whole number from 1" },
    });
    expect(await price([{ id: "hat", quantity: 1 }])).toMatchObject({
      status: 422,
      json: { error: "line 1: there is no product hat" },
    });
  });
});

test("unknown paths and methods are told apart", async () => {
  expect(await call("GET", "/nothing")).toMatchObject({ status: 404 });
  const response = await host.fetch("shop", "/products", { method: "DELETE" });
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
});

test("waitUntil writes to the log after the answer", async () => {
  await call("GET", "/products/brush");
  const messages = async (): Promise<string[]> => {
    const { lines } = (await (await host.admin("/v1/tenants/shop/logs")).json()) as { lines: { message: string }[] };
    return lines.map((line) => line.message);
  };
  await expect.poll(messages).toContainEqual(expect.stringMatching(/^GET \/products\/brush [0-9.]+ ms$/));
});

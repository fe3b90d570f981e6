import { expect, test } from "vitest";
import { bodyText, Slot } from "./harness.ts";

const slot = await Slot.make();

test("a handler answers", () => {
  const response = slot.serve(`export default { fetch: () => new Response("hello") }`);
  expect(response.status).toBe(200);
  expect(bodyText(response)).toBe("hello");
  expect(response.headers.map(([name, value]) => [name, Buffer.from(value).toString()])).toEqual([
    ["content-type", "text/plain;charset=UTF-8"],
  ]);
});

test("a function may be the default export, and may be async", () => {
  const response = slot.serve(`export default async (request) => new Response(request.method + " " + request.url)`, {
    method: "PUT",
    uri: "http://shop.localhost:8080/cart?id=7",
  });
  expect(bodyText(response)).toBe("PUT http://shop.localhost:8080/cart?id=7");
});

import { expect, test } from "vitest";
import { mountedValue } from "./mounted-headers.ts";

test.each([
  ["a=1", "a=1"],
  ["a=1; Path=/", "a=1; Path=/t/shop/"],
  ["a=1; Path=/cart; Secure", "a=1; Path=/t/shop/cart; Secure"],
  ["a=1; path = /x ", "a=1; path = /t/shop/x"],
  ["a=path=/; HttpOnly", "a=path=/; HttpOnly"],
  ["a=1; Domain=example.com; Max-Age=3; DOMAIN=x", "a=1; Max-Age=3"],
  ["a=1; Path=", "a=1; Path="],
])("a cookie %j", (cookie, expected) => {
  expect(mountedValue("set-cookie", cookie, "/t/shop", "/cart")).toBe(expected);
  expect(mountedValue("set-cookie", cookie, "", "/cart")).toBe(cookie);
});

test.each([
  ["a=1", "a=1; Path=/t/shop"],
  ["a=1; Path=; Secure", "a=1; Path=; Secure; Path=/t/shop"],
  ["a=1; Path=/x; Path=x", "a=1; Path=/t/shop/x; Path=x; Path=/t/shop"],
  ["a=1; path=x; path=/x", "a=1; path=x; path=/t/shop/x"],
])(
  "a cookie %j without a path gets the mount's, because a browser would give it /t for a request to /t/shop",
  (cookie, expected) => {
    for (const path of ["/", "/?page=1"]) expect(mountedValue("set-cookie", cookie, "/t/shop", path)).toBe(expected);
    expect(mountedValue("set-cookie", cookie, "", "/")).toBe(cookie);
  },
);

test("what is about the whole origin is left out", () => {
  expect(mountedValue("clear-site-data", '"*"', "/t/shop", "/")).toBeNull();
  expect(mountedValue("service-worker-allowed", "/", "/t/shop", "/")).toBeNull();
  expect(mountedValue("clear-site-data", '"*"', "", "/")).toBe('"*"');
  expect(mountedValue("location", "/", "/t/shop", "/")).toBe("/");
});

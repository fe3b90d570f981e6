import { expect, test } from "vitest";
import { isAllowed } from "./allow-list.ts";

const allow = [
  "api.example.com",
  "*.cdn.example.com",
  "Build.Example.com:8443",
  "*.dev.example.com:3000",
  "203.0.113.7",
  "[2001:db8::7]:8080",
  "*.0.0.1",
];

test.each([
  "http://api.example.com/",
  "https://api.example.com/",
  "https://API.example.com:443/",
  "http://api.example.com:80/x?y",
  "https://a.cdn.example.com/",
  "https://a.b.cdn.example.com/",
  "http://build.example.com:8443/",
  "https://build.example.com:8443/",
  "http://a.dev.example.com:3000/",
  "https://203.0.113.7/",
  "http://0xcb.0.0x71.7/",
  "http://[2001:db8:0::0007]:8080/",
])("%s is allowed", (url) => {
  expect(isAllowed(allow, new URL(url))).toBe(true);
});

test.each([
  "http://example.com/",
  "http://api.example.com:8080/",
  "http://api.example.com:443/",
  "https://api.example.com:80/",
  "http://api.example.com./",
  "http://xapi.example.com/",
  "http://api.example.com.evil.test/",
  "https://cdn.example.com/",
  "https://.cdn.example.com/",
  "https://evilcdn.example.com/",
  "https://a.cdn.example.com:8443/",
  "https://build.example.com/",
  "http://dev.example.com:3000/",
  "https://203.0.113.70/",
  "http://[2001:db8::7]/",
  "http://127.0.0.1/",
  "ftp://api.example.com/",
  "ws://api.example.com/",
])("%s is not", (url) => {
  expect(isAllowed(allow, new URL(url))).toBe(false);
});

test("nothing is allowed by no entry", () => {
  expect(isAllowed([], new URL("https://example.com/"))).toBe(false);
});

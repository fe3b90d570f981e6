import { expect, test } from "vitest";
import { type Fields, keeping, varyOf } from "./freshness.ts";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const HTTP_NOW = "Sat, 28 Nov 2026 12:00:00 GMT";
const HTTP_LATER = "Sat, 28 Nov 2026 12:01:00 GMT";

/** Seconds for which a response is kept; "never", or "always". */
function kept(fields: Fields, seconds: number | null = null): number | string {
  const found = keeping(fields, NOW, seconds);
  if (found === null) return "never";
  return found.until === null ? "always" : (found.until - NOW) / 1_000;
}
const control = (value: string): Fields => [["cache-control", value]];

test.each<[Fields, number | string]>([
  [[], "always"],
  [control("public"), "always"],
  [control("max-age=60"), 60],
  [control("Max-Age=60, public"), 60],
  [control("max-age=60, s-maxage=5"), 5],
  [control('max-age="60"'), 60],
  [control("max-age=soon"), "never"],
  [control("max-age=0"), "never"],
  [control("s-maxage=0, max-age=60"), "never"],
  [control("no-store"), "never"],
  [control("no-cache, max-age=60"), "never"],
  [control("private, max-age=60"), "never"],
  [
    [
      ["cache-control", "max-age=60"],
      ["cache-control", "no-store"],
    ],
    "never",
  ],
  [[...control("max-age=60"), ["age", "50"]], 10],
  [[...control("max-age=60"), ["age", "60"]], "never"],
  [[["expires", HTTP_LATER]], 60],
  [
    [
      ["expires", HTTP_LATER],
      ["date", HTTP_LATER],
    ],
    "never",
  ],
  [
    [
      ["expires", HTTP_LATER],
      ["date", HTTP_NOW],
    ],
    60,
  ],
  [[["expires", HTTP_NOW]], "never"],
  [[["expires", "0"]], "never"],
  [[["expires", HTTP_LATER], ...control("max-age=5")], 5],
  [[["set-cookie", "a=1"]], "never"],
  [[["set-cookie", "a=1"], ...control("private=Set-Cookie, max-age=60")], 60],
])("%j is kept %s", (fields, time) => {
  expect(kept(fields)).toBe(time);
});

test("a response that does not say it is kept for the time of the manifest", () => {
  expect([kept([], 30), kept(control("public"), 30), kept(control("max-age=5"), 30)]).toEqual([30, 30, 5]);
});

test("fields that are private to a visitor are not kept", () => {
  const fields: Fields = [
    ["set-cookie", "a=1"],
    ["x-user", "7"],
    ["x-other", "8"],
    ...control('private="set-cookie, X-User"'),
  ];
  expect(keeping(fields, NOW, null)?.fields.map(([name]) => name)).toEqual(["x-other", "cache-control"]);
});

test("Vary names fields of the request, or none", () => {
  expect(varyOf([])).toEqual([]);
  expect(
    varyOf([
      ["vary", "Accept, accept-Language"],
      ["vary", "Cookie"],
    ]),
  ).toEqual(["accept", "accept-language", "cookie"]);
  expect(varyOf([["vary", "accept, *"]])).toBeNull();
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { ascii, call, refusalOf } from "./natives.fixture.ts";

const ask = (request: object) => call("intl", { json: false }, ascii(JSON.stringify(request))).value;

test("what a formatter gives, and what it throws", () => {
  const format = { of: "NumberFormat", method: "format", locales: "de", given: [1234.5] };
  expect(ask(format)).toEqual({ value: "1.234,5" });
  expect(ask({ ...format, options: { style: "currency" } })).toMatchObject({ threw: "TypeError" });
  expect(ask({ ...format, locales: "x" })).toMatchObject({ threw: "RangeError" });
});

test("nothing but the methods of formatters can be called", () => {
  for (const [of, method] of [
    ["NumberFormat", "constructor"],
    ["NumberFormat", "__proto__"],
    ["constructor", "new"],
    ["__proto__", "format"],
    ["", "constructor"],
    ["String", "constructor"],
    ["Segmenter", "format"],
  ])
    expect(refusalOf("intl", { json: false }, ascii(JSON.stringify({ of, method, given: [] })))).toBe("OperationError");
});

test("any request has an answer or a refusal", () => {
  const names = fc.constantFrom(
    "Collator",
    "DateTimeFormat",
    "ListFormat",
    "NumberFormat",
    "Segmenter",
    "Locale",
    "",
    "x",
  );
  const method = fc.constantFrom("new", "format", "formatToParts", "segment", "compare", "resolvedOptions", "x");
  const request = fc.record({
    of: names,
    method,
    locales: fc.option(fc.oneof(fc.string(), fc.array(fc.string())), { nil: undefined }),
    options: fc.option(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), {
      nil: undefined,
    }),
    given: fc.array(fc.jsonValue(), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(request, (value) => {
      const body = Buffer.from(JSON.stringify(value));
      const found = refusalOf("intl", { json: false }, body);
      expect(["none", "OperationError"]).toContain(found);
    }),
  );
});

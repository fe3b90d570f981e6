import fc from "fast-check";
import { expect, test } from "vitest";
import { ascii, bytesOf, call, refusalOf } from "./natives.fixture.ts";

/** The text that a guest reads: the body, or the value. */
function textOf(...[name, named, ...parts]: Parameters<typeof call>): string {
  const { value, body } = call(name, named, ...parts);
  return body === undefined ? (value as string) : Buffer.from(body).toString();
}

test("btoa and atob agree with the host's, for every string", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.uint8Array().map((b) => Buffer.from(b).toString("latin1")),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const latin1 = /^[\0-\xff]*$/.test(text);
      const named = { json: true };
      const body = Buffer.from(JSON.stringify(text));
      if (!latin1) expect(refusalOf("btoa", named, body)).toBe("InvalidCharacterError");
      else {
        const encoded = textOf("btoa", named, body);
        expect(encoded).toBe(btoa(text));
        expect(textOf("atob", { json: false }, ascii(encoded))).toBe(text);
      }
    }),
  );
});

test.each(["a", "a*==", "====", "ab=c"])("atob refuses %j", (text) => {
  expect(refusalOf("atob", { json: false }, ascii(text))).toBe("InvalidCharacterError");
});

test.each(["base64", "base64url", "hex"] as const)("bytes go to %s and back", (form) => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = textOf("bytes-to-text", { form }, bytes);
      expect(text).toBe(Buffer.from(bytes).toString(form));
      expect(bytesOf("text-to-bytes", { form }, ascii(text))).toBe(Buffer.from(bytes).toString("hex"));
    }),
  );
});

test.each([
  ["base64", "YQ"],
  ["base64", "YQ=a"],
  ["base64", "Y==="],
  ["base64", "-_-_"],
  ["base64url", "YQ=="],
  ["base64url", "+/+/"],
  ["base64url", "A"],
  ["hex", "abc"],
  ["hex", "zz"],
])("%s is read exactly: %j is none", (form, text) => {
  expect(refusalOf("text-to-bytes", { form }, ascii(text))).toBe("DataError");
});

test("UTF-8 of texts with U+0000 and lone surrogates, and the text of ill-formed bytes", () => {
  expect(bytesOf("utf8-encode", { json: true }, ascii('"a\\u0000\\ud800"'))).toBe("6100efbfbd");
  const { value } = call("utf8-decode", {}, Buffer.from("efbbbf00ff", "hex"));
  expect(value).toEqual({ text: "\uFEFF\0\uFFFD", illFormed: true });
  expect(refusalOf("utf8-encode", { json: true }, ascii("7"))).toBe("EncodingError");
  expect(refusalOf("utf8-encode", { json: true }, ascii("{"))).toBe("EncodingError");
});

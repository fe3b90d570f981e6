import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_HEADER_BYTES, parseCgiResponse } from "./cgi-response.ts";
import { WasiError } from "./errors.ts";

const parse = (text: string) => {
  const { status, headers, body } = parseCgiResponse(Buffer.from(text, "latin1"));
  return { status, headers, body: Buffer.from(body).toString("latin1") };
};

test("headers, an empty line, the body, with LF or CRLF", () => {
  expect(parse("Content-Type: a/b\nX-A:  b:c \n\nbody\n\n")).toEqual({
    status: 200,
    headers: [
      ["Content-Type", "a/b"],
      ["X-A", "b:c"],
    ],
    body: "body\n\n",
  });
  expect(parse("content-type: a/b\r\n\r\n\r\n")).toEqual({
    status: 200,
    headers: [["content-type", "a/b"]],
    body: "\r\n",
  });
});

test.each([
  ["Status: 404 Not Found\n\n", 404],
  ["status:204\n\n", 204],
  ["Location: /x\n\n", 302],
  ["Location: /x\nStatus: 301 Moved\n\n", 301],
  ["Status: 301\nLocation: /x\n\n", 301],
])("%j has the status %d", (text, status) => {
  expect(parse(text).status).toBe(status);
});

test.each([
  "",
  "Content-Type: a/b",
  "Content-Type: a/b\n",
  "\nContent-Type: a/b\n\n",
  "X-A: b\n\n",
  "no header\n\n",
  ": empty\n\n",
  "Status: ok\n\n",
  "Status: 20\n\n",
  "Status: 2000\n\n",
  `Content-Type: ${"x".repeat(MAX_HEADER_BYTES)}\n\n`,
])("refuses %j", (text) => {
  expect(() => parse(text)).toThrow(WasiError);
});

test("any bytes are read or refused with its own error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        const { status } = parseCgiResponse(bytes);
        expect(Number.isInteger(status)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(WasiError);
      }
    }),
  );
});

import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ascii, call, refusalOf } from "./natives.fixture.ts";

const text = ascii("hello hello hello");

describe.each(["gzip", "deflate", "deflate-raw"])("%s", (format) => {
  const compressed = call("compress", { format }, text).body!;

  test("there and back", () => {
    expect(call("decompress", { format }, compressed).body).toEqual(Buffer.from(text));
    expect(call("decompress", { format }, call("compress", { format }, ascii("")).body!).body).toHaveLength(0);
  });

  test("what is cut off, goes on or is something else is refused", () => {
    for (const length of [0, 1, 5, compressed.length - 1]) {
      expect(refusalOf("decompress", { format }, compressed.subarray(0, length))).toBe("DataError");
    }
    expect(refusalOf("decompress", { format }, Buffer.concat([compressed, ascii("x")]))).toBe("DataError");
    expect(refusalOf("decompress", { format }, ascii("nonsense"))).toBe("DataError");
  });
});

test("what gzip makes is gzip", () => {
  expect(gunzipSync(call("compress", { format: "gzip" }, text).body!).toString()).toBe("hello hello hello");
});

test("a bomb ends at the limit", () => {
  expect(refusalOf("decompress", { format: "gzip" }, gzipSync(new Uint8Array(17 << 20)))).toBe("OperationError");
});

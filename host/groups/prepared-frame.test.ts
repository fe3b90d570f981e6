import { expect, test } from "vitest";
import type { Prepared } from "../deploy/prepared.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import { checkedMessage, type FromGroupOf } from "./messages.ts";
import { decodePrepared, encodePrepared } from "./prepared-frame.ts";

const slim: Prepared = {
  kind: "slim",
  runtime: "plinth:js@1.0.0",
  runtimeIntegrity: "sha256-a",
  build: "sha256-b",
  glue: "// gl\u00fce",
  delta: new Uint8Array([1, 2, 3]),
  functions: { module: new Uint8Array([4]), count: 2 },
  globals: [1, 0, -(2n ** 63n), 2n ** 63n - 1n],
  pages: 17,
  sourceMap: new Uint8Array([5, 6]),
  startReads: [{ name: "KEY", by: "main.init (main.go:12)" }],
  logs: [{ time: 1, level: "info", source: "console", message: "started" }],
  logsDropped: 3,
  config: { vars: { A: { deep: [1, null] } } },
};

function crossed(prepared: Prepared): Prepared {
  const { head, body } = encodePrepared(prepared);
  const found: Prepared[] = [];
  const reader = new FrameReader((message, bytes) => {
    const checked = checkedMessage(message) as FromGroupOf<"prepared">;
    found.push(decodePrepared(checked.prepared, bytes));
  });
  reader.take(encodeFrame({ kind: "prepared", id: 1, prepared: head }, body));
  return found[0]!;
}

test.each<[string, Prepared]>([
  ["a slim program", slim],
  ["one without functions and source map", { ...slim, functions: null, sourceMap: null, globals: [], config: {} }],
  [
    "a static component",
    {
      kind: "static",
      glue: "glue()",
      coreModules: [
        { fileName: "a.wasm", bytes: new Uint8Array([1]) },
        { fileName: "b.wasm", bytes: new Uint8Array(0) },
      ],
      config: {},
    },
  ],
  ["a WASI command", { kind: "wasi", module: new Uint8Array([9, 9]), config: {} }],
])("%s comes out as it went in", (_, prepared) => {
  expect(crossed(prepared)).toEqual(prepared);
});

test("parts that are not those of the head are refused", () => {
  const { head, body } = encodePrepared(slim);
  expect(() => decodePrepared(head, body.subarray(1))).toThrow("parts");
  expect(() => decodePrepared({ ...head, lengths: [body.length] }, body)).toThrow("missing");
  expect(() => decodePrepared({ ...head, lengths: [...head.lengths, 0] }, body)).toThrow("too many");
});

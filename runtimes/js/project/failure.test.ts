import { expect, test } from "vitest";
import { readFailure } from "./failure.ts";

test("the frames of an error are places, the innermost first", () => {
  const report = [
    "TypeError: cannot read property 'length' of undefined (order.items is undefined)",
    "    at deep (src/order lines.ts:2:21)",
    "    at map (native)",
    "    at src/index.ts:7:69",
    "    at async fetch (node_modules/hono/dist/hono.js:12:3)",
  ].join("\n");
  expect(readFailure(report)).toEqual({
    reason: "TypeError: cannot read property 'length' of undefined (order.items is undefined)",
    frames: [
      { file: "src/order lines.ts", line: 2, column: 21 },
      { file: "src/index.ts", line: 7, column: 69 },
      { file: "node_modules/hono/dist/hono.js", line: 12, column: 3 },
    ],
  });
});

test("a message of several lines is the reason, and so is a report without a stack", () => {
  expect(readFailure("Error: a\n  b\n    at f (x.js:1:2)").reason).toBe("Error: a\n  b");
  expect(readFailure("it was ended")).toEqual({ reason: "it was ended", frames: [] });
});

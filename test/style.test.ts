/** Holds the code to the sizes of docs/contributing/style.md. */
import { expect, test } from "vitest";
import { sources } from "./support/imports.ts";
import { allSources, linesOf, longLines } from "./support/long-lines.ts";

const generated = new Set(["host/cli/admin-api.d.ts"]);

test("lines of code, comments and texts in code fit 124 columns", () => {
  const files = allSources();
  expect(files.length).toBeGreaterThan(1_000);
  expect(longLines(files)).toEqual([]);
});

test("no file that ships has more than 300 lines, and the median is below 70", async () => {
  const shipped = (await sources("host", "runtimes")).filter((file) => !generated.has(file));
  const sizes = shipped.map((file) => ({ file, lines: linesOf(file).length }));
  expect(sizes.filter(({ lines }) => lines > 300)).toEqual([]);
  const sorted = sizes.map(({ lines }) => lines).toSorted((a, b) => a - b);
  expect(sorted[sorted.length >> 1]).toBeLessThan(70);
});

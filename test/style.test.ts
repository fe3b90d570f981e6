/** Holds the code to the sizes of docs/contributing/style.md: lines of at most 124 columns, small files. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sources } from "./support/imports.ts";

const root = join(import.meta.dirname, "..");
const generated = new Set(["host/cli/admin-api.d.ts"]);
/** A comment of each has more columns. It goes with the next change of its file. */
const later = new Set(["host/pool/lanes.ts", "host/pool/slot-pool.ts"]);
const files = globSync("{bench,guest-examples,host,packaging,runtimes,test}/**/*.{ts,tsx,js,mjs}", {
  cwd: root,
  exclude: ["**/node_modules/**", "**/dist/**", "**/results/**", "bench/go-modules/**"],
}).filter((file) => !generated.has(file) && !later.has(file));

const linesOf = (file: string) => readFileSync(join(root, file), "utf8").trimEnd().split("\n");

test("lines of code, comments and texts in code fit 124 columns", () => {
  expect(files.length).toBeGreaterThan(1_000);
  const long = files.flatMap((file) =>
    linesOf(file).flatMap((line, index) => (line.length > 124 ? [`${file}:${index + 1}`] : [])),
  );
  expect(long).toEqual([]);
});

test("no file that ships has more than 300 lines, and the median is below 70", async () => {
  const shipped = (await sources("host", "runtimes")).filter((file) => !generated.has(file));
  const sizes = shipped.map((file) => ({ file, lines: linesOf(file).length }));
  expect(sizes.filter(({ lines }) => lines > 300)).toEqual([]);
  const sorted = sizes.map(({ lines }) => lines).toSorted((a, b) => a - b);
  expect(sorted[sorted.length >> 1]).toBeLessThan(70);
});

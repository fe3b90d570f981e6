/** What holds for every example: its types are right, and README.md has its size. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { buildJavaScript } from "../host/build/build-javascript.ts";

const tsc = join(import.meta.dirname, "..", "node_modules", "typescript", "bin", "tsc");

describe.each(["hello", "json-api", "markdown"])("%s", (example) => {
  const folder = join(import.meta.dirname, example);

  // TypeScript projects of their own, with the types of a web worker instead of Node's.
  test("has no type errors", async () => {
    const run = promisify(execFile)(process.execPath, [tsc, "-p", folder]);
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  });

  test("has its size in the list", async () => {
    const { sizes } = await buildJavaScript(folder);
    const cells = [sizes.component, sizes.program, sizes.sourceMap].map((size) => size.toLocaleString("en-US"));
    const readme = await readFile(join(import.meta.dirname, "README.md"), "utf8");
    const row = readme.split("\n").find((line) => line.startsWith(`| [${example}](`));
    expect(row).toMatch(new RegExp(`\\| ${cells.join(" \\| ")} \\|$`));
  });
});

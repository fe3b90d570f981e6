/** The examples are TypeScript projects of their own, with the types of a web worker instead of Node's: each is checked by itself. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const tsc = join(import.meta.dirname, "..", "node_modules", "typescript", "bin", "tsc");

test.each(["hello", "json-api", "markdown"])("%s has no type errors", async (example) => {
  const run = promisify(execFile)(process.execPath, [tsc, "-p", join(import.meta.dirname, example)]);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
});

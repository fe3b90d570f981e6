/** Finds the lines of code that are too long (docs/contributing/style.md). `npm run lint` runs this file by itself. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const MOST_COLUMNS = 124;
const root = join(import.meta.dirname, "../..");
/** Files that are generated. */
const passedOver = new Set(["host/cli/admin-api.d.ts"]);

/** The sources of everything, tests included. */
export function allSources(): readonly string[] {
  return globSync("{bench,guest-examples,host,packaging,runtimes,test}/**/*.{ts,tsx,js,mjs}", {
    cwd: root,
    exclude: ["**/node_modules/**", "**/dist/**", "**/results/**", "bench/go-modules/**"],
  }).filter((file) => !passedOver.has(file));
}

export function linesOf(file: string): readonly string[] {
  return readFileSync(join(root, file), "utf8").trimEnd().split("\n");
}

/** @returns places as `FILE:LINE` */
export function longLines(files: readonly string[]): readonly string[] {
  return files.flatMap((file) =>
    linesOf(file).flatMap((line, index) => (line.length > MOST_COLUMNS ? [`${file}:${index + 1}`] : [])),
  );
}

if (import.meta.main) {
  const found = longLines(allSources());
  for (const place of found) console.error(`${place} has more than ${MOST_COLUMNS} columns`);
  if (found.length > 0) process.exitCode = 1;
}

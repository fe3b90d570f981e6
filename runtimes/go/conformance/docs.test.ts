import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { knownDifferences } from "./known-differences.ts";
import { defaultPackages } from "./packages.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/reference/go.md"), "utf8");

test("the reference page has a row for every package that is run", () => {
  const listed = [...page.matchAll(/^\| `([\w/]+)` \| [\d,]+ \| [\d,]+ \|/gm)].map(([, name]) => name!);
  expect(listed.sort()).toEqual([...defaultPackages].sort());
});

test("the reference page explains every test that is known to differ", () => {
  const known = Object.values(knownDifferences).flat();
  expect(known.flatMap(({ tests }) => tests).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  expect(known.map(({ why }) => why).filter((why) => !page.includes(why))).toEqual([]);
});

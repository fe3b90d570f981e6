import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { markdownOf, page, readFigures, withFigures } from "./markdown.ts";

test("the page has the tables of the committed figures: npm run bench -- page writes them", async () => {
  const text = await readFile(page, "utf8");
  expect(withFigures(text, await readFigures())).toBe(text);
});

test("another figure is another page, and a page without marks is refused", async () => {
  const report = await readFigures();
  const cpuUs = { median: 7, least: 7, most: 7 };
  const other = { ...report, figures: report.figures.map((figures) => ({ ...figures, cpuUs })) };
  expect(markdownOf(other)).not.toBe(markdownOf(report));
  expect(() => withFigures("no marks", report)).toThrow("marks");
});

test("a reason stays in its cell, whatever a server has printed", async () => {
  const report = { ...(await readFigures()), missing: [{ name: "peer", why: "a | b\n<script>" }] };
  expect(markdownOf(report)).toContain("| peer | a \\| b \\<script\\> |");
});

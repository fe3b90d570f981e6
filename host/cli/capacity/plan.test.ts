import { join } from "node:path";
import { expect, test } from "vitest";
import { readFigures } from "./figures.ts";
import { parseMix, planFor } from "./plan.ts";

const figures = await readFigures(join(import.meta.dirname, "figures.fixture.json"));
const mix = parseMix("js=3,go=1");

test("a mix is parts of a whole, whatever their sum", () => {
  expect([...mix]).toEqual([
    ["js", 0.75],
    ["go", 0.25],
  ]);
  expect([...parseMix("python-data=0.5")]).toEqual([["python-data", 1]]);
  for (const text of ["", "js", "js=", "js=-1", "js=1,js=2", "js=1,", "js=0", "js=1;go=1"]) {
    expect(() => parseMix(text)).toThrow(/It must be like|sum of its parts/);
  }
});

test("processors come from the requests, and leave three tenths for bursts", () => {
  const { processors, binds, fits, languages } = planFor({ tenants: 4, rps: 1_000, mix }, figures);
  // 750 requests of 0.7 ms and 250 of 1.4 ms are 0.875 s of CPU time a second.
  expect(processors.needed).toBeCloseTo(0.875 / 0.7);
  expect(processors.percent).toBeCloseTo(62.5);
  expect({ binds, fits }).toEqual({ binds: "processors", fits: true });
  expect(languages.map(({ language, tenants, rps }) => [language, tenants, rps])).toEqual([
    ["js", 3, 750],
    ["go", 1, 250],
  ]);
  expect(planFor({ tenants: 4, rps: 1_601, mix }, figures).fits).toBe(false);
});

test("memory comes from the host and the tenants, and binds where there are many", () => {
  const { memoryBytes, binds, fits } = planFor({ tenants: 4_000, rps: 1, mix }, figures);
  expect(memoryBytes.needed).toBe(209_715_200 + 3_000 * 10_240 + 1_000 * 1_048_576);
  expect({ binds, fits }).toEqual({ binds: "memory", fits: false });
});

test("a language that was not measured is named, with the command", () => {
  expect(() => planFor({ tenants: 1, rps: 1, mix: parseMix("js=1,python=1") }, figures)).toThrow(
    "There are no figures for python. Measure them first: plinth bench --languages js,python.",
  );
});

import { expect, test } from "vitest";
import { importsOf, sources } from "../../test/support/imports.ts";

/** Takes away every file that imports none of the others, until none is left to take: the rest imports in a circle. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Map(imports);
  for (let before = 0; before !== left.size; ) {
    before = left.size;
    for (const [file, imported] of left) if (!imported.some((other) => left.has(other))) left.delete(file);
  }
  return [...left.keys()];
}

test("no files of the prelude import each other in a circle, be it for a type", async () => {
  const files = await sources("runtimes/js/prelude");
  const imports = new Map(files.map((file) => [file, importsOf(file).map(({ to }) => to)]));
  expect(imports.get("runtimes/js/prelude/main.ts")).toContain("runtimes/js/prelude/steps.ts");
  expect(circles(imports)).toEqual([]);
});

test("a circle is found, and with it the files that lead there", () => {
  const imports = new Map([
    ["a.ts", ["b.ts"]],
    ["b.ts", ["c.ts", "d.ts"]],
    ["c.ts", ["b.ts"]],
    ["d.ts", []],
  ]);
  expect(circles(imports)).toEqual(["a.ts", "b.ts", "c.ts"]);
});

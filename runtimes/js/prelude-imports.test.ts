import { expect, test } from "vitest";
import { circles, importsOf, sources } from "../../test/support/imports.ts";

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

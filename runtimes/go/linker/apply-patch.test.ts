import { describe, expect, test } from "vitest";
import { applyPatch, PatchError, parsePatch } from "./apply-patch.ts";

const source = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", ""].join("\n");
const patch = `What it is for.
--- a/src/numbers.go
+++ b/src/numbers.go
@@ -1,4 +1,5 @@ func numbers
 one
-two
+TWO
+and a half
 three
 four
@@ -8,2 +9,1 @@
 eight
-nine
`;

const apply = (text: string, to = source) => applyPatch(to, parsePatch(text)[0]!);

test("applies every hunk", () => {
  const [file] = parsePatch(patch);
  expect(file!.path).toBe("src/numbers.go");
  expect(apply(patch)).toBe("one\nTWO\nand a half\nthree\nfour\nfive\nsix\nseven\neight\n");
});

test("finds hunks that have moved, if there is one place for them", () => {
  expect(apply(patch, `zero\n${source}`)).toBe("zero\none\nTWO\nand a half\nthree\nfour\nfive\nsix\nseven\neight\n");
});

test("reads patches of several files", () => {
  const second = patch.replaceAll("numbers.go", "more.go").replace("What it is for.\n", "");
  expect(parsePatch(patch + second).map(({ path, hunks }) => [path, hunks.length])).toEqual([
    ["src/numbers.go", 2],
    ["src/more.go", 2],
  ]);
});

describe("refuses", () => {
  const change = (before: string, after: string) => () => apply(patch.replace(before, after));

  test.each<[string, () => unknown, RegExp]>([
    ["a source that differs in a removed line", () => apply(patch, source.replace("two", "2")), /hunk 1 .*numbers\.go/],
    ["a source that differs in a context line", () => apply(patch, source.replace("eight", "8")), /hunk 2 .*line 8/],
    [
      "a moved hunk that fits in two places",
      () => apply(patch, `zero\none\ntwo\nthree\nfour\n${source}`),
      /hunk 1 .*does not fit/,
    ],
    ["a header that counts other lines", change("-1,4 +1,5", "-1,4 +1,6"), /counts other lines|begin with/],
    ["a line with no mark", change(" three", "three"), /line 9 of the patch/],
    ["a file with two names", change("+++ b/src/numbers.go", "+++ b/src/other.go"), /not one file/],
    ["a file with no hunk", change("@@ -1,4 +1,5 @@ func numbers", "# nothing"), /has no hunk/],
    ["text between hunks", change("@@ -8,2", "text\n@@ -8,2"), /should begin here/],
  ])("%s", (_what, act, message) => {
    expect(act).toThrow(PatchError);
    expect(act).toThrow(message);
  });
});

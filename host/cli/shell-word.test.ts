import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellPath, shellWord } from "./shell-word.ts";

test.each([
  ["shop", "shop"],
  ["../shops/a.b", "../shops/a.b"],
  ["My Shop", "'My Shop'"],
  ["Ada's", "'Ada'\\''s'"],
  ["~", "'~'"],
  ["", "''"],
])("%j is written %s", (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test("a path is no option", () => {
  expect([shellPath("-P"), shellPath("a-b")]).toEqual(["./-P", "a-b"]);
});

test("a shell reads the text that was meant", () => {
  const text = fc.string({ unit: "binary-ascii" }).filter((value) => !value.includes("\0"));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (texts) => {
      const words = texts.map(shellWord).join(" ");
      const read = execFileSync("sh", ["-c", `printf '%s\\0' ${words}`]).toString();
      expect(read.split("\0").slice(0, -1)).toEqual(texts);
    }),
    { numRuns: 20 },
  );
});

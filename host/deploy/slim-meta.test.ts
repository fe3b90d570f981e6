import { expect, test } from "vitest";
import { readSlimMeta, type SlimMeta, slimMetaToJson } from "./slim-meta.ts";

const meta: SlimMeta = {
  build: "sha256-abc",
  globals: [7, -1.5, 0n, -9_223_372_036_854_775_808n],
  pages: 40,
  functionCount: 3,
  startReads: [{ name: "KEY", by: "main.init (main.go:1)" }],
};

test("comes out of the registry's JSON as it went in", () => {
  expect(readSlimMeta(JSON.parse(JSON.stringify(slimMetaToJson(meta))))).toEqual(meta);
  const without = { ...meta, functionCount: undefined, startReads: [] };
  expect(readSlimMeta(JSON.parse(JSON.stringify(slimMetaToJson(without))))).toEqual(without);
});

test.each([
  ["nothing", undefined],
  ["no pages", { build: "b", globals: [] }],
  ["negative pages", { build: "b", globals: [], pages: -1 }],
  ["a text that is no number", { build: "b", globals: ["seven"], pages: 1 }],
])("%s is none", (_, json) => {
  expect(() => readSlimMeta(json)).toThrow(TypeError);
});

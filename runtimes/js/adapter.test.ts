import { expect, test } from "vitest";
import { adapterParts, checkNatives } from "./adapter.ts";
import { readEngine } from "./engine.ts";
import { nativeNames } from "./native-names.ts";

const blocks = (names: readonly string[]) => names.map((name) => `(block ${name}`).join(" ");

test("the natives that the adapter answers are those of the list", () => {
  expect(() => checkNatives(blocks([...nativeNames, "$unknown"]), "natives.wat")).not.toThrow();
  expect(() => checkNatives(blocks(nativeNames.slice(1)), "natives.wat")).toThrow(
    "natives.wat does not answer $install of native-names.ts",
  );
  expect(() => checkNatives(blocks([...nativeNames, "$extra"]), "natives.wat")).toThrow(
    "natives.wat answers $extra, which native-names.ts does not list",
  );
});

test("an engine that imports more than the adapter offers is refused", () => {
  const engine = readEngine("quickjs");
  const imports = new Map([...engine.imports, ["sing", "z"]]);
  expect(() => adapterParts({ ...engine, imports }, 1)).toThrow("imports sing, which the adapter lacks");
});

test("an engine without an export that the adapter needs is refused", () => {
  const engine = readEngine("quickjs");
  const exports = new Map([...engine.exports].filter(([readable]) => readable !== "QTS_Call"));
  expect(() => adapterParts({ ...engine, exports }, 1)).toThrow("has no export QTS_Call");
});

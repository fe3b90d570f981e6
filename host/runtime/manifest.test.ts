import { describe, expect, test } from "vitest";
import { dataModulePolicy } from "../../runtimes/data-module.ts";
import { readManifest } from "./manifest.ts";

const file = (path: string) => ({ path, sha256: "0".repeat(64), bytes: 1 });
const valid = () => ({
  format: 1,
  name: "plinth:js",
  version: "1.0.0",
  abi: "stable",
  files: { module: file("module.wasm"), thin: file("thin.wasm"), image: file("image.bin") },
  exports: [
    { name: "memory", type: { kind: "memory", limits: { min: 256, max: 32768 } } },
    { name: "load", type: { kind: "function", params: ["i32", "i32"], results: ["i32"] } },
  ],
  imports: [{ module: "plinth:host", name: "now", type: { kind: "function", params: [], results: ["f64"] } }],
  memory: { module: "plinth:host", name: "memory", initialPages: 256, maximumPages: 32768 },
  globals: [
    { export: "plinth:global:0", type: "i32", value: 5333088 },
    { export: "plinth:global:1", type: "i64", value: "-9223372036854775808" },
  ],
  table: { length: 471 },
  policy: dataModulePolicy,
  limits: { minimumMemoryPages: 256 },
});

test("reads what is right, and gives it back as it is", () => {
  expect(readManifest(valid())).toEqual(valid());
});

type Json = { [key: string]: Json } & Json[];

describe("refuses", () => {
  test.each<[string, (manifest: Json) => unknown, RegExp]>([
    ["a missing field", (m) => Reflect.deleteProperty(m, "abi"), /^runtime\.json\.abi is missing/],
    ["an unknown field", (m) => Object.assign(m, { extra: 1 }), /^runtime\.json: the field "extra" is not known/],
    [
      "an unknown field within",
      (m) => Object.assign(m.files!.thin!, { url: "x" }),
      /^runtime\.json\.files\.thin: the field "url"/,
    ],
    ["another format", (m) => Object.assign(m, { format: 2 }), /^runtime\.json\.format should be one of 1, not 2/],
    [
      "a path out of its folder",
      (m) => Object.assign(m.files!.image!, { path: "../x" }),
      /files\.image\.path should be a file name/,
    ],
    ["a hash that is none", (m) => Object.assign(m.files!.thin!, { sha256: "ff" }), /sha256 should be/],
    [
      "a type of no kind",
      (m) => Object.assign(m.exports![0]!.type!, { kind: "tag" }),
      /exports\[0\]\.type\.kind should be one of/,
    ],
    [
      "a value type that is none",
      (m) => Object.assign(m.exports![1]!.type!, { params: ["i31"] }),
      /params\[0\] should be one of/,
    ],
    [
      "more pages than there are",
      (m) => Object.assign(m.memory!, { initialPages: 65_537 }),
      /initialPages should be a whole number/,
    ],
    [
      "a number where digits are due",
      (m) => Object.assign(m.globals![1]!, { value: 1 }),
      /globals\[1\]\.value should be decimal digits/,
    ],
    [
      "a policy without a limit",
      (m) => Reflect.deleteProperty(Object.assign(m, { policy: { ...m.policy } }).policy, "maxLocals"),
      /policy\.maxLocals is missing/,
    ],
    [
      "a name of the object's prototype",
      (m) => Object.assign(m, { toString: "x" }),
      /the field "toString" is not known/,
    ],
  ])("%s", (_what, change, message) => {
    const manifest = valid() as unknown as Json;
    change(manifest);
    expect(() => readManifest(manifest)).toThrow(message);
  });

  test.each([null, 7, "text", [], [valid()]])("%j", (json) => {
    expect(() => readManifest(json)).toThrow(TypeError);
  });
});

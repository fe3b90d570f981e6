import { describe, expect, test } from "vitest";
import { componentPreamble } from "../component/read/component.ts";
import { MANIFEST_SECTION, readCustomSections } from "../component/read/custom-sections.ts";
import { withCustomSection } from "../component/write/custom-section.ts";
import { embedConfig, runtimeConfig } from "./config.ts";
import { readConfig } from "./read-config.ts";

const LIMIT = 65_536;
const component = new Uint8Array(componentPreamble);
const coreModule = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
const config = {
  vars: { A: "ä", B: { deep: [1, null] } },
  kv: [{ binding: "PAGES", namespace: "pages" }],
  limits: { cpuMs: 5 },
  isolation: "reuse" as const,
};

test("the run-time part of a manifest is what a version takes along", () => {
  expect(runtimeConfig({ ...config, name: "shop", main: "x.ts", runtime: "js", routes: ["a.example"] })).toEqual(
    config,
  );
  expect(runtimeConfig({ name: "shop" })).toEqual({});
});

describe.each([
  ["a component", component],
  ["a core module", coreModule],
])("%s", (_, program) => {
  test("carries its configuration, and goes without", () => {
    expect(readConfig(program, LIMIT)).toEqual({});
    expect(readConfig(embedConfig(program, config), LIMIT)).toEqual(config);
  });

  test("has it once: a second embedding takes the first one's place, and leaves other sections", () => {
    const named = withCustomSection(embedConfig(program, config), "name", new Uint8Array([1]));
    const again = embedConfig(named, { vars: { C: 3 } });
    expect(readCustomSections(again).map(({ name }) => name)).toEqual(["name", MANIFEST_SECTION]);
    expect(readConfig(again, LIMIT)).toEqual({ vars: { C: 3 } });
  });

  test.each([
    ["no JSON", "{", /section plinth:manifest is not JSON/],
    ["no object", "[]", /the manifest is \[\]; expected an object/],
    ["what is not for the host", '{"name": "shop"}', /name is unknown/],
    ["two mistakes", '{"vars": 5, "limits": {"cpuMs": -1}}', /vars is 5; .*limits.cpuMs is -1; expected at least 1/],
    ["a bad name", '{"vars": {"__proto__": 5}}', /vars\.__proto__ is not a name here/],
  ])("with %s is refused, with the paths", (_what, text, message) => {
    const bytes = withCustomSection(program, MANIFEST_SECTION, new TextEncoder().encode(text));
    expect(() => readConfig(bytes, LIMIT)).toThrow(
      expect.objectContaining({ code: "PLINTH_MANIFEST_INVALID", message: expect.stringMatching(message) }),
    );
  });

  test("with very many mistakes is told some of them", () => {
    const text = JSON.stringify({ crons: Array.from({ length: 5_000 }, (_, i) => i) });
    const bytes = withCustomSection(program, MANIFEST_SECTION, new TextEncoder().encode(text));
    expect(() => readConfig(bytes, LIMIT)).toThrow(/crons\[0\] is 0; .*; and 4981 more/);
  });

  test("with text that is not UTF-8, two sections, or more than the limit is refused", () => {
    expect(() => readConfig(withCustomSection(program, MANIFEST_SECTION, new Uint8Array([0xff])), LIMIT)).toThrow(
      /UTF-8/,
    );
    const once = embedConfig(program, {});
    const twice = new Uint8Array([...once, ...once.subarray(8)]);
    expect(() => readConfig(twice, LIMIT)).toThrow(/two sections plinth:manifest/);
    const bytes = JSON.stringify(config).length + 1; // "ä" takes two
    expect(readConfig(embedConfig(program, config), bytes)).toEqual(config);
    expect(() => readConfig(embedConfig(program, config), bytes - 1)).toThrow(
      `take ${bytes} bytes as JSON, and the limit is ${bytes - 1}`,
    );
  });
});

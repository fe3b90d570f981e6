import { expect, test } from "vitest";
import { tenantLimitDefaults } from "./limits.ts";
import { nearestName } from "./nearest-name.ts";

test.each([
  ["cpums", "cpuMs"],
  ["CPUMS", "cpuMs"],
  ["cpuWheight", "cpuWeight"],
  ["fetchMemoryLimitByte", "fetchMemoryLimitBytes"],
])("%s is taken for %s", (name, meant) => {
  expect(nearestName(name, Object.keys(tenantLimitDefaults))).toBe(`did you mean "${meant}"?`);
});

test("another word gets the list", () => {
  expect(nearestName("colour", ["kv", "fetch"])).toBe("expected one of kv, fetch");
});

test("names that differ in case alone are told apart by the letters", () => {
  expect(nearestName("TEXT", ["next", "text"])).toBe('did you mean "text"?');
});

test("where no name is known, there is none", () => {
  expect(nearestName("limt", [])).toBe("there is none");
});

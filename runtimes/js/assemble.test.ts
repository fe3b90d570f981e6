import { expect, test } from "vitest";
import { parseCoreModule } from "../../host/component/read/core-module.ts";
import { assemble } from "./assemble.ts";
import { readEngine } from "./engine.ts";

test("an engine whose data begins where the adapter keeps its state is refused", () => {
  const engine = readEngine("quickjs");
  const module = engine.module.slice();
  const { start } = parseCoreModule(module).data[0]!.offset!;
  // i32.const 1024; end
  expect([...module.subarray(start, start + 4)]).toEqual([0x41, 0x80, 0x08, 0x0b]);
  module[start + 2] = 0x07;
  expect(() => assemble({ ...engine, module })).toThrow("the engine has data that does not lie beyond address 1024");
});

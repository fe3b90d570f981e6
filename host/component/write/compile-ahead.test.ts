import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";
import { beforeAll, expect, test } from "vitest";
import { wat } from "../component.fixture.ts";
import { parseCoreModule } from "../read/core-module.ts";
import { compiledAhead } from "./compile-ahead.ts";

const source = `(module
  (import "env" "add" (func $add (param i32 i32) (result i32)))
  (table (export "table") 2 funcref)
  (elem (i32.const 0) func $three $four)
  (func $three (export "three") (result i32) (call $add (i32.const 1) (i32.const 2)))
  (func $four (export "four") (result i32) (call $add (call $three) (i32.const 1))))`;
const env = { add: (a: number, b: number) => a + b };

/** Whether V8 has no code of a function yet. The parentheses have V8 parse the text while natives syntax is on. */
let isUncompiled: (f: unknown) => boolean;
beforeAll(() => {
  setFlagsFromString("--experimental-wasm-compilation-hints");
  setFlagsFromString("--allow-natives-syntax");
  isUncompiled = runInThisContext("((f) => %IsUncompiledWasmFunction(f))") as typeof isUncompiled;
  setFlagsFromString("--no-allow-natives-syntax");
});

test("V8 compiles each function of the module before its first call, and none of the module without hints", async () => {
  const bytes = await wat(source);
  const [before, after] = await Promise.all(
    [bytes, compiledAhead(bytes)].map(async (module) => {
      const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(module as Uint8Array<ArrayBuffer>), {
        env,
      });
      return exports as Record<"three" | "four", () => number>;
    }),
  );
  expect([isUncompiled(before!.three), isUncompiled(before!.four)]).toEqual([true, true]);
  expect([isUncompiled(after!.three), isUncompiled(after!.four)]).toEqual([false, false]);
  expect([after!.three(), after!.four()]).toEqual([3, 4]);
});

test("hints are all that is added, and a module without functions stays valid", async () => {
  const bytes = await wat(source);
  const { sections } = parseCoreModule(compiledAhead(bytes));
  expect(sections.filter(({ id }) => id !== "custom").map(({ id }) => id)).toEqual(
    parseCoreModule(bytes)
      .sections.filter(({ id }) => id !== "custom")
      .map(({ id }) => id),
  );
  expect(WebAssembly.validate(compiledAhead(await wat("(module (memory 1))")))).toBe(true);
});

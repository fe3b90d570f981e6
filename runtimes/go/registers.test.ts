import { describe, expect, it } from "vitest";
import { wat } from "../../host/component/component.fixture.ts";
import { registerAddress, registersInMemory } from "./registers.ts";

const types = ["i32", "i64", "i64", "i64", "i64", "i64", "i64", "i32"] as const;
const [sp, context, pause] = [0, 1, 7];

const defined = types.map((type, n) => `(global $g${n} (mut ${type}) (${type}.const 0))`).join("\n");

/** Makes an instance of a linker's module after the change. @returns it with its memory */
async function changed(functions: string) {
  const bytes = registersInMemory(await wat(`(module (memory (export "memory") 1) ${defined} ${functions})`));
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  return {
    bytes,
    call: (name: string, ...args: unknown[]) => (exports[name] as (...args: unknown[]) => unknown)(...args),
    view: new DataView((exports.memory as WebAssembly.Memory).buffer),
  };
}

describe("registersInMemory", () => {
  it("keeps each register at an address of its own, and drops the globals", async () => {
    const functions = types.map(
      (type, n) => `
        (func (export "get${n}") (result ${type}) (global.get $g${n}))
        (func (export "set${n}") (param ${type}) (global.set $g${n} (local.get 0)))`,
    );
    const { call, view } = await changed(functions.join(""));
    const values = types.map((type, n) => (type === "i32" ? -1 - n : -1n - BigInt(n)));
    for (const [n, value] of values.entries()) call(`set${n}`, value);
    for (const [n, value] of values.entries()) {
      expect(call(`get${n}`)).toBe(value);
      const at = registerAddress(n);
      expect(types[n] === "i32" ? view.getInt32(at, true) : view.getBigInt64(at, true)).toBe(value);
    }
    expect(registerAddress(types.length)).toBeLessThan(128);
  });

  it("stores what has just been written to a local, and leaves it there", async () => {
    const { call, view } = await changed(`
      (func (export "push") (param i32) (result i32) (local i32)
        (global.set $g${sp} (local.tee 1 (i32.sub (local.get 0) (i32.const 8))))
        (local.get 1))`);
    expect(call("push", 100)).toBe(92);
    expect(view.getInt32(registerAddress(sp), true)).toBe(92);
  });

  it("puts other values into locals that it adds behind parameters and locals, one of each type", async () => {
    const { bytes, call, view } = await changed(`
      (func (export "mixed") (param i32 i64) (result i64) (local f64) (local i64 i64)
        (local.set 4 (i64.const 5))
        (global.set $g${context} (i64.add (local.get 1) (local.get 4)))
        (global.set $g${pause} (i32.mul (local.get 0) (i32.const 3)))
        (global.set $g2 (i64.const 77))
        (global.set $g3 (global.get $g${context}))
        (i64.add (local.get 4) (local.get 1)))`);
    expect(call("mixed", 7, 30n)).toBe(35n);
    expect(view.getBigInt64(registerAddress(context), true)).toBe(35n);
    expect(view.getInt32(registerAddress(pause), true)).toBe(21);
    expect(view.getBigInt64(registerAddress(2), true)).toBe(77n);
    expect(view.getBigInt64(registerAddress(3), true)).toBe(35n);
    // The function has 3 runs of locals, and one more for i64 and for i32.
    expect(Buffer.from(bytes).includes(Buffer.from([5, 1, 0x7c, 2, 0x7e, 1, 0x7e, 1, 0x7f]))).toBe(false);
    expect(Buffer.from(bytes).includes(Buffer.from([4, 1, 0x7c, 2, 0x7e, 1, 0x7e, 1, 0x7f]))).toBe(true);
  });

  it("leaves a function without registers as it is, and registers within blocks where they are", async () => {
    const { call } = await changed(`
      (func (export "plain") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
      (func (export "count") (param i32) (result i32)
        (loop $again
          (global.set $g${pause} (i32.add (global.get $g${pause}) (i32.const 2)))
          (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (global.get $g${pause}))`);
    expect(call("plain", 41)).toBe(42);
    expect(call("count", 5)).toBe(10);
  });

  it("leaves the other sections as they are", async () => {
    const source = `(module (import "rt" "memory" (memory 1)) (import "rt" "attach" (func $attach (param i32 i32)))
      ${defined}
      (func $start (call $attach (global.get $g${sp}) (i32.const 2))) (start $start)
      (data (i32.const 8) "x") (@custom "plinth:layout" "id"))`;
    const module = new WebAssembly.Module(registersInMemory(await wat(source)));
    expect(WebAssembly.Module.imports(module).map(({ name }) => name)).toEqual(["memory", "attach"]);
    expect(WebAssembly.Module.customSections(module, "plinth:layout")).toHaveLength(1);
    const memory = new WebAssembly.Memory({ initial: 1 });
    new DataView(memory.buffer).setInt32(registerAddress(sp), 5, true);
    const calls: unknown[] = [];
    // The data is written before the start function runs. Its one byte is the lowest byte of SP.
    new WebAssembly.Instance(module, { rt: { memory, attach: (...args: unknown[]) => calls.push(args) } });
    expect(calls).toEqual([["x".charCodeAt(0), 2]]);
  });

  it.each([
    ["too few", defined.split("\n").slice(1).join("\n"), /i64, i64, i64, i64, i64, i64, i32/],
    ["one more", `${defined} (global (mut f32) (f32.const 0))`, /f32/],
    [
      "imported ones",
      defined.replace("(global $g0 (mut i32) (i32.const 0))", '(import "rt" "g" (global $g0 (mut i32)))'),
      /./,
    ],
    ["a constant", defined.replace("(mut i32)", "i32"), /constant i32/],
  ])("refuses globals that are not the registers: %s", async (_, globals, message) => {
    const bytes = await wat(`(module ${globals} (memory 1))`);
    expect(() => registersInMemory(bytes)).toThrow(message);
  });
});

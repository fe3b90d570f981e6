import { describe, expect, it } from "vitest";
import { wat } from "../component.fixture.ts";
import { ComponentError } from "../read/component-error.ts";
import { parseCoreModule } from "../read/core-module.ts";
import { tableClearer } from "./clear-table.ts";
import { fillExport, servingForm } from "./serving-form.ts";

/** A module with two functions at the table indices 3 and 4. Its start function counts its runs in memory. */
const tenant = `(module
  (import "rt" "memory" (memory 1))
  (import "rt" "table" (table 1 funcref))
  (import "rt" "g0" (global $g (mut i32)))
  (import "rt" "attach" (func $attach (param i32 i32)))
  (type $number (func (result i32)))
  (func $one (type $number) (i32.const 1))
  (func $two (type $number) (i32.add (global.get $g) (call_indirect (type $number) (i32.const 3))))
  (func $start (call $attach (i32.const 8) (i32.const 9)))
  (start $start)
  (elem (i32.const 3) func $one $two)
  (data (i32.const 16) "data"))`;

function runtime() {
  const attached: number[][] = [];
  const exports = {
    memory: new WebAssembly.Memory({ initial: 1 }),
    table: new WebAssembly.Table({ initial: 8, element: "anyfunc" }),
    g0: new WebAssembly.Global({ value: "i32", mutable: true }, 41),
    attach: (...values: number[]) => void attached.push(values),
  };
  return { exports, attached };
}

const compile = (bytes: Uint8Array) => new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
const call = (table: WebAssembly.Table, index: number) => (table.get(index) as () => number)();

describe("servingForm", () => {
  it("changes nothing by being instantiated", async () => {
    const { bytes, functions } = servingForm(await wat(tenant));
    const { exports, attached } = runtime();
    new WebAssembly.Instance(compile(bytes), { rt: exports });
    expect(functions).toEqual({ first: 3, count: 2 });
    expect(attached).toEqual([]);
    expect(new Uint8Array(exports.memory.buffer).every((byte) => byte === 0)).toBe(true);
    expect(exports.table.get(3)).toBeNull();
  });

  it("fills the table as often as it is asked to, with functions that work", async () => {
    const { bytes } = servingForm(await wat(tenant));
    const { exports } = runtime();
    const instance = new WebAssembly.Instance(compile(bytes), { rt: exports });
    const fill = instance.exports[fillExport] as () => void;
    for (let round = 0; round < 3; round++) {
      fill();
      expect([call(exports.table, 3), call(exports.table, 4)]).toEqual([1, 42]);
      expect([2, 5].map((index) => exports.table.get(index))).toEqual([null, null]);
      tableClearer(exports.table)(3, 2);
      expect([3, 4].map((index) => exports.table.get(index))).toEqual([null, null]);
    }
  });

  it("keeps imports, and exports the one function", async () => {
    const original = parseCoreModule(await wat(tenant));
    const form = parseCoreModule(servingForm(original.bytes).bytes);
    const named = ({ imports }: typeof form) => imports.map(({ module, name, type }) => ({ module, name, type }));
    expect(named(form)).toEqual(named(original));
    expect(form.exports.map(({ name }) => name)).toEqual([fillExport]);
    expect(form.sections.map(({ id }) => id)).toEqual(["type", "import", "function", "export", "element", "code"]);
  });

  it("encodes places and numbers of any size", async () => {
    const functions = Array.from({ length: 300 }, (_, index) => `(func (result i32) (i32.const ${index}))`).join("");
    const indices = Array.from({ length: 300 }, (_, index) => index).join(" ");
    const source = `(module (import "rt" "table" (table 1 funcref)) (elem (i32.const 26639) func ${indices}) ${functions})`;
    const { bytes } = servingForm(await wat(source));
    const table = new WebAssembly.Table({ initial: 27_000, element: "anyfunc" });
    (new WebAssembly.Instance(compile(bytes), { rt: { table } }).exports[fillExport] as () => void)();
    expect([call(table, 26_639), call(table, 26_938), table.get(26_939)]).toEqual([0, 299, null]);
  });

  it("of many functions, fills the table by being instantiated, and changes nothing else", async () => {
    const functions = Array.from({ length: 600 }, (_, index) => `(func (result i32) (i32.const ${index}))`).join("");
    const indices = Array.from({ length: 600 }, (_, index) => index + 1).join(" ");
    const source = tenant.replace(/\(elem.*\n/, `${functions} (elem (i32.const 3) func ${indices})\n`);
    const { bytes, functions: places } = servingForm(await wat(source));
    expect(places).toEqual({ first: 3, count: 600 });
    const { exports, attached } = runtime();
    exports.table.grow(600);
    const instance = new WebAssembly.Instance(compile(bytes), { rt: exports });
    expect(instance.exports).toEqual({});
    expect(attached).toEqual([]);
    expect(new Uint8Array(exports.memory.buffer).every((byte) => byte === 0)).toBe(true);
    expect([call(exports.table, 3), call(exports.table, 4), call(exports.table, 6)]).toEqual([1, 42, 0]);
    expect([2, 603].map((index) => exports.table.get(index))).toEqual([null, null]);
  });

  it("refuses modules of another form", async () => {
    const refused = [
      `(module)`,
      `(module (table 1 funcref) (func $f) (elem func $f))`,
      `(module (table 1 funcref) (func $f) (elem (i32.const 0) func $f) (elem (i32.const 0) func $f))`,
      `(module (table 1 funcref) (func $f) (elem (i32.const 0) funcref (ref.func $f)))`,
      `(module (import "rt" "at" (global i32)) (table 1 funcref) (func $f) (elem (global.get 0) func $f))`,
    ];
    for (const source of refused) {
      const bytes = await wat(source);
      expect(() => servingForm(bytes)).toThrow(ComponentError);
    }
  });
});

describe("tableClearer", () => {
  it("clears the entries that it is told to", async () => {
    const table = new WebAssembly.Table({ initial: 5, element: "anyfunc" });
    const { exports } = new WebAssembly.Instance(compile(await wat(`(module (func (export "f")))`)));
    for (let index = 0; index < 5; index++) table.set(index, exports.f);
    tableClearer(table)(1, 3);
    expect([0, 1, 2, 3, 4].map((index) => table.get(index) === null)).toEqual([false, true, true, true, false]);
    expect(() => tableClearer(table)(4, 2)).toThrow(WebAssembly.RuntimeError);
  });
});

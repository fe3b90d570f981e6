import { describe, expect, it } from "vitest";
import { wat } from "../../host/component/component.fixture.ts";
import { compilePolicy, type TenantPolicy } from "../../host/component/policy/tenant-policy.ts";
import { validateTenantModule } from "../../host/component/policy/validate-tenant-module.ts";
import { goPolicy, LAYOUT_SECTION } from "./app-module.ts";

const layout = { id: "0123456789abcdef".repeat(2), functions: { first: 100, most: 2 }, data: { start: 0, end: 1000 } };
const policy = compilePolicy(goPolicy(layout));

const imports = [
  '(import "rt" "memory" (memory 1))',
  '(import "rt" "table" (table 1 funcref))',
  '(import "rt" "attach" (func $attach (param i32 i32)))',
].join("\n");
const custom = `(@custom "${LAYOUT_SECTION}" "${layout.id}")`;
const start = "(func $start (call $attach (i32.const 8) (i32.const 9))) (start $start)";
const functions = "(func $f (param i32) (result i32) (i32.const 0))";
const elements = "(elem (i32.const 100) func $f)";

/** A module as the linker writes it, with some parts replaced. */
function program(parts: { custom?: string; elements?: string; functions?: string; more?: string } = {}): string {
  const all = { custom, elements, functions, more: "", ...parts };
  return `(module ${imports} ${all.custom} ${all.functions} ${start} ${all.elements} ${all.more}
    (data (i32.const 16) "data"))`;
}

const validate = async (source: string) => {
  const bytes = await wat(source);
  return () => validateTenantModule(bytes, policy);
};

describe("goPolicy", () => {
  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(goPolicy(layout)))).toEqual(goPolicy(layout));
  });

  it("needs elements with the section, and only then", () => {
    const { elements: _, ...without } = goPolicy(layout);
    expect(() => compilePolicy(without)).toThrow(/go together/);
    const sections = without.sections.filter((section) => section !== "element");
    expect(() => compilePolicy({ ...goPolicy(layout), sections } as TenantPolicy)).toThrow(/go together/);
  });

  it("accepts what the linker writes", async () => {
    expect(await validate(program())).not.toThrow();
  });

  it.each<[string, Parameters<typeof program>[0], RegExp]>([
    ["no layout", { custom: "" }, /needs a custom section plinth:layout/],
    [
      "another layout",
      { custom: custom.replace("0123", "3210") },
      /says "3210.*this runtime's is "0123.*build it again/,
    ],
    ["two layouts", { custom: `${custom} ${custom}` }, /may have one custom section/],
    ["no element segment", { elements: "" }, /needs an element segment/],
    ["functions before its place", { elements: "(elem (i32.const 99) func $f)" }, /must begin at the table index 100/],
    ["functions after its place", { elements: "(elem (i32.const 101) func $f)" }, /must begin at the table index 100/],
    [
      "more functions than there is room for",
      { elements: "(elem (i32.const 100) func $f $f $f)" },
      /may have 2 entries/,
    ],
    ["two element segments", { elements: `${elements} ${elements}` }, /may have one element segment/],
    ["a passive element segment", { elements: "(elem func $f)" }, /must be active/],
    ["a declared element segment", { elements: "(elem declare func $f)" }, /must be active/],
    ["elements by expressions", { elements: "(elem (i32.const 100) funcref (ref.func $f))" }, /of function indices/],
    ["an imported function in the table", { elements: "(elem (i32.const 100) func $attach)" }, /of the module itself/],
    ["a global of its own", { more: "(global (mut i32) (i32.const 0))" }, /no global section/],
    ["an export", { more: '(export "memory" (memory 0))' }, /no export section/],
    ["a table of its own", { more: "(table 1 funcref)" }, /no table section/],
    [
      "another import",
      { more: "", functions: `(import "rt" "reseed" (func)) ${functions}` },
      /may not import "reseed"/,
    ],
    [
      "an import from elsewhere",
      { functions: `(import "wasi_snapshot_preview1" "proc_exit" (func (param i32))) ${functions}` },
      /may not import "proc_exit"/,
    ],
    ["a global", { functions: `(import "rt" "g8" (global i32)) ${functions}` }, /"g8"/],
    ["passive data", { more: '(data "x")' }, /may not be passive/],
    [
      "more data than there is room for",
      { more: `(data (i32.const 0) "${"x".repeat(1000)}")` },
      /more than 1000 bytes/,
    ],
  ])("refuses %s", async (_what, parts, message) => {
    expect(await validate(program(parts))).toThrow(message);
  });

  it.each([
    "(drop (memory.grow (i32.const 1)))",
    "(drop (memory.size))",
    "(table.set (i32.const 5) (ref.null func))",
    "(drop (table.grow (ref.null func) (i32.const 1)))",
    "(table.fill (i32.const 0) (ref.null func) (i32.const 1))",
    "(table.copy (i32.const 0) (i32.const 1) (i32.const 1))",
    "(drop (table.get (i32.const 4096)))",
    "(drop (ref.null func))",
    "(return_call $f (i32.const 0))",
    "(drop (i32.atomic.load (i32.const 0)))",
    "(drop (v128.const i64x2 0 0))",
  ])("refuses the instruction %s", async (instruction) => {
    const source = program({ functions: `(func $f (param i32) (result i32) ${instruction} (i32.const 0))` });
    expect(await validate(source)).toThrow(/may not contain|the instruction 0x/);
  });
});

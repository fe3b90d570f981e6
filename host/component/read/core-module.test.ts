import { describe, expect, it } from "vitest";
import { quickjs, wat } from "../component.fixture.ts";
import { type CoreModule, moduleType, parseCoreModule, rangeReader } from "./core-module.ts";
import { InstructionReader, readLocals } from "./instructions.ts";
import { opcodes } from "./opcodes.ts";

function instructionsOf(module: CoreModule, body: { start: number; end: number }) {
  const reader = rangeReader(module, body);
  readLocals(reader);
  const instructions = new InstructionReader(reader);
  const found = [];
  for (let one = instructions.next(); one !== undefined; one = instructions.next()) found.push(one);
  reader.expectEnd("the body");
  return found;
}

/** Every instruction that opcodes.ts knows, in code that V8 accepts. */
async function everyInstruction(): Promise<Uint8Array<ArrayBuffer>> {
  const own = new Set([
    "block",
    "loop",
    "if",
    "else",
    "end",
    "br_table",
    "select_t",
    "call_indirect",
    "call",
    "return",
    "br",
    "br_if",
  ]);
  const operands: Record<string, string> = {
    "ref.null": "func",
    "ref.func": "$f",
    "memory.init": "0",
    "data.drop": "0",
  };
  Object.assign(operands, {
    "table.init": "0",
    "elem.drop": "0",
    "i32.const": "-70000",
    "i64.const": "-9223372036854775808",
  });
  Object.assign(operands, { "f32.const": "1.5", "f64.const": "-0x1p-1074" });
  const lines = [...opcodes.values()]
    .filter(({ name }) => !own.has(name))
    .map(({ name, immediates }) => {
      const operand = operands[name] ?? (immediates === "index" ? "0" : "");
      return `${name} ${operand} unreachable`;
    });
  return await wat(`(module
    (type $t (func (param i32) (result i32))) (type $two (func (result i32 i32)))
    (memory 1) (table 1 funcref) (global (mut i32) (i32.const 0)) (data "x") (elem func $f)
    (func $f (param i32) (result i32) (local i64 i64 f32)
      ${lines.join("\n      ")})
    (func (param i32) (result i32)
      block (type $two) i32.const 1 i32.const 2 end drop drop
      loop (result i32) local.get 0 if (result i32) i32.const 1 else i32.const 2 end end drop
      block block local.get 0 br_table 0 1 0 end end
      block br 0 end block local.get 0 br_if 0 end
      local.get 0 local.get 0 call_indirect (type $t) call $f drop
      i32.const 1 i32.const 2 local.get 0 select (result i32)
      return))`);
}

describe("parseCoreModule", () => {
  it("reads a real module just as V8 does", () => {
    const bytes = quickjs();
    const module = parseCoreModule(bytes);
    const v8 = new WebAssembly.Module(bytes);
    const kinds = { function: "function", table: "table", memory: "memory", global: "global" };
    const type = moduleType(module);
    expect(
      type.imports.map(({ module: from, name, type: { kind } }) => ({ module: from, name, kind: kinds[kind] })),
    ).toEqual(WebAssembly.Module.imports(v8));
    expect(type.exports.map(({ name, type: { kind } }) => ({ name, kind: kinds[kind] }))).toEqual(
      WebAssembly.Module.exports(v8),
    );
    let count = 0;
    for (const body of module.bodies) count += instructionsOf(module, body).length;
    expect(count).toBeGreaterThan(100_000);
  });

  it("walks every instruction that it knows", async () => {
    const bytes = await everyInstruction();
    expect(() => new WebAssembly.Module(bytes)).not.toThrow();
    const module = parseCoreModule(bytes);
    const seen = new Set(module.bodies.flatMap((body) => instructionsOf(module, body).map(({ opcode }) => opcode)));
    expect(
      [...opcodes.keys()].filter((opcode) => !seen.has(opcode)).map((opcode) => opcodes.get(opcode)?.name),
    ).toEqual([]);
  });

  it("gives instructions their positions and operands", async () => {
    const module = parseCoreModule(
      await wat(
        "(module (memory 1) (func (param i32) (i32.store offset=300 (local.get 0) (i32.const -5)) (drop (i64.const 1))))",
      ),
    );
    const { start } = module.bodies[0]!;
    const at = start + 1;
    expect(instructionsOf(module, module.bodies[0]!)).toEqual([
      { opcode: 0x20, start: at, end: at + 2, operands: [0] },
      { opcode: 0x41, start: at + 2, end: at + 4, operands: [-5] },
      { opcode: 0x36, start: at + 4, end: at + 8, operands: [2, 300] },
      { opcode: 0x42, start: at + 8, end: at + 10, operands: [] },
      { opcode: 0x1a, start: at + 10, end: at + 11, operands: [] },
      { opcode: 0x0b, start: at + 11, end: at + 12, operands: [] },
    ]);
  });

  it("reads segments of every kind", async () => {
    const module = parseCoreModule(
      await wat(`(module (memory 1) (table $a 4 funcref) (table $b 4 externref) (func $f)
        (elem (table $a) (i32.const 1) func $f $f) (elem func $f) (elem declare func $f)
        (elem (table $b) (i32.const 0) externref (ref.null extern)) (elem externref (ref.null extern) (ref.null extern))
        (elem (table $a) (i32.const 0) funcref (ref.func $f))
        (data (i32.const 8) "abc") (data "de"))`),
    );
    expect(
      module.elements.map(({ mode, table, element, count, functions }) => [mode, table, element, count, functions]),
    ).toEqual([
      ["active", 0, "funcref", 2, [0, 0]],
      ["passive", 0, "funcref", 1, [0]],
      ["declarative", 0, "funcref", 1, [0]],
      ["active", 1, "externref", 1, undefined],
      ["passive", 0, "externref", 2, undefined],
      ["active", 0, "funcref", 1, undefined],
    ]);
    expect(module.data.map(({ mode, contents }) => [mode, contents.end - contents.start])).toEqual([
      ["active", 3],
      ["passive", 2],
    ]);
  });
});

describe("errors", () => {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const cases: [string, number[], "malformed" | "unsupported", number][] = [
    ["not a module", [0x7f, 0x45, 0x4c, 0x46], "malformed", 0],
    ["a section past the end", [...header, 1, 0x7f, 0], "malformed", 10],
    ["an unknown section", [...header, 14, 0], "unsupported", 8],
    ["a tag without a type", [...header, 13, 3, 1, 0, 0], "malformed", 12],
    ["a tag of another kind", [...header, 13, 3, 1, 1, 0], "malformed", 11],
    ["sections out of order", [...header, 3, 1, 0, 1, 1, 0], "malformed", 11],
    ["a section twice", [...header, 1, 1, 0, 1, 1, 0], "malformed", 11],
    ["a section that holds too much", [...header, 1, 2, 0, 0], "malformed", 11],
    ["a huge count", [...header, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f], "malformed", 10],
    ["a type that is not there", [...header, 3, 2, 1, 0], "malformed", 11],
    ["a body that is missing", [...header, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0], "malformed", 18],
    ["a 64-bit memory", [...header, 5, 3, 1, 4, 1], "unsupported", 11],
    ["a memory above 4 GiB", [...header, 5, 5, 1, 0, 0x81, 0x80, 0x04], "malformed", 11],
    ["a struct type", [...header, 1, 4, 1, 0x5f, 0, 0], "unsupported", 11],
    ["an export of nothing", [...header, 7, 5, 1, 1, 0x61, 0, 0], "malformed", 11],
    ["a custom section's name past its end", [...header, 0, 2, 9, 9], "malformed", 11],
  ];
  it.each(cases)("%s", (_, bytes, kind, offset) => {
    const inUpload = 1000;
    let thrown: unknown;
    try {
      parseCoreModule(new Uint8Array(bytes), inUpload);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: "ComponentError", kind, offset: inUpload + offset });
  });
});

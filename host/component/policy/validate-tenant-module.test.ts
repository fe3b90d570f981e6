import { describe, expect, it } from "vitest";
import { dataModule, dataModulePolicy } from "../../../runtimes/data-module.ts";
import { wat } from "../component.fixture.ts";
import { compilePolicy, type TenantPolicy } from "./tenant-policy.ts";
import { validateTenantModule } from "./validate-tenant-module.ts";

const policy = compilePolicy(dataModulePolicy);
/** A policy that allows as much as possible. */
const wide = compilePolicy({
  ...dataModulePolicy,
  sections: ["custom", "type", "import", "function", "global", "export", "start", "dataCount", "code", "data"],
  opcodes: ["0x00-0x44", "i32.add", "0xfc08"],
  exports: ["run"],
  dataModes: ["passive", "active"],
  maxFunctions: 3,
  maxDataBytes: 10,
});

describe("a policy", () => {
  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(dataModulePolicy))).toEqual(dataModulePolicy);
  });

  it("is checked when it is made ready", () => {
    const wrong = (change: object) => () => compilePolicy({ ...dataModulePolicy, ...change } as TenantPolicy);
    expect(wrong({ opcodes: ["i32.ad"] })).toThrow(/"i32.ad"/);
    expect(wrong({ opcodes: ["0xfd00-0xfdff"] })).toThrow(RangeError);
    expect(wrong({ opcodes: ["0x20-0x10"] })).toThrow(RangeError);
    expect(wrong({ sections: ["memory"] })).toThrow(/memory/);
    expect(wrong({ maxLocals: -1 })).toThrow(/maxLocals/);
  });
});

describe("validateTenantModule", () => {
  it("accepts what plinth build writes", () => {
    const app = dataModule(new TextEncoder().encode("export default {}"));
    expect(WebAssembly.validate(app)).toBe(true);
    expect(validateTenantModule(app, policy).imports).toHaveLength(3);
  });

  it("accepts what a wider policy allows", async () => {
    const bytes = await wat(`(module (import "rt" "memory" (memory 1)) (global i32 (i32.const 4))
      (func (export "run") (result i32) (i32.add (i32.const 1) (global.get 0))) (data (i32.const 0) "0123456789"))`);
    expect(() => validateTenantModule(bytes, wide)).not.toThrow();
  });

  const memory = '(import "rt" "memory" (memory 1))';
  const refused: [string, string, RegExp, string?][] = [
    ["a memory of its own", "(memory 1)", /no memory section/],
    ["a table of its own", "(table 1 funcref)", /no table section/],
    ["element segments", "(func $f) (elem declare func $f)", /no element section/],
    ["an import that is not listed", '(import "rt" "secret" (func))', /may not import "secret" from "rt"/, "rt.secret"],
    [
      "an import of another type",
      '(import "rt" "load" (func (param i32) (result i32)))',
      /func \(i32\) -> \(i32\)/,
      "rt.load",
    ],
    ["an import of another kind", '(import "rt" "load" (global i32))', /global i32/, "rt.load"],
    ["a memory with other limits", '(import "rt" "memory" (memory 1 2))', /memory 1\.\.2/, "rt.memory"],
    ["an export that is not listed", '(func (export "leak"))', /export the function "leak"/, "leak"],
    ["a re-exported memory", `${memory} (export "run" (memory 0))`, /export the memory "run"/, "run"],
    ["a mutable global", "(global (mut i32) (i32.const 0))", /mutable global/],
    ["a global that is computed", "(global i32 (i32.add (i32.const 1) (i32.const 2)))", /i32.add/],
    ["too many functions", "(func) (func) (func) (func)", /3 functions, and this has 4/],
    ["too much data", `${memory} (data "012345") (data "67890")`, /more than 10 bytes/],
    ["too many locals", "(func (local i32 i32 i32 i32 i64))", /4 locals, and this has 5/],
    ["an opcode that is not allowed", "(func (drop (i32.sub (i32.const 1) (i32.const 2))))", /i32.sub/],
    ["a vector instruction", "(func (drop (v128.const i32x4 0 0 0 0)))", /0xfd/],
    ["a tail call", "(func $f (return_call $f))", /0x12/],
    ["an exception tag", "(tag)", /no tag section/],
  ];
  it.each(refused)("refuses %s", async (_, body, message, subject) => {
    const bytes = await wat(`(module ${body})`);
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(() => validateTenantModule(bytes, wide)).toThrow(message);
    if (subject !== undefined) {
      expect(() => validateTenantModule(bytes, wide)).toThrow(
        expect.objectContaining({ kind: "policy", subject }) as Error,
      );
    }
  });

  it("refuses modes of data, start functions and sections that the policy does not list", async () => {
    const active = await wat(`(module ${memory} (data (i32.const 0) "x"))`);
    expect(() => validateTenantModule(active, policy)).toThrow(/may not be active/);
    const start = await wat("(module (func) (start 0))");
    const without = compilePolicy({ ...dataModulePolicy, start: false });
    expect(() => validateTenantModule(start, without)).toThrow(/start function/);
    const named = await wat("(module $name (func))");
    expect(() => validateTenantModule(named, policy)).toThrow(/no custom section/);
  });

  it("gives the offset of the instruction in the upload", async () => {
    const bytes = await wat("(module (func nop nop (drop (i32.clz (i32.const 0)))))");
    const at = Buffer.from(bytes).lastIndexOf(0x67);
    expect(() => validateTenantModule(bytes, wide, 500)).toThrow(
      expect.objectContaining({ kind: "policy", offset: 500 + at }) as Error,
    );
  });

  it("refuses code behind the end of a function", async () => {
    const bytes = await wat("(module (func nop nop nop))");
    const at = Buffer.from(bytes).lastIndexOf(0x0b);
    bytes[at - 1] = 0x0b;
    expect(() => validateTenantModule(bytes, wide)).toThrow(expect.objectContaining({ kind: "malformed" }) as Error);
  });
});

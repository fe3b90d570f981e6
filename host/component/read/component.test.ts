import { parse } from "@bytecodealliance/jco";
import { describe, expect, it } from "vitest";
import { dataRuntimeExports } from "../../../runtimes/data-module.ts";
import { dependency, plugCoreModules, quickjs, slimComponent, wat } from "../component.fixture.ts";
import { shapeOf } from "../glue/shape.ts";
import { buildSlimComponent } from "../write/slim-component.ts";
import { stubModule } from "../write/stub-module.ts";
import { identify, parseComponent } from "./component.ts";
import { matchesExternType, requireModuleType } from "./module-type.ts";

function slim(bytes: Uint8Array) {
  const component = parseComponent(bytes);
  if (component.kind !== "slim") throw new Error("not a slim component");
  return component;
}

describe("identify", () => {
  it("tells components, core modules and other files apart", () => {
    expect(identify(slimComponent(""))).toBe("component");
    expect(identify(quickjs())).toBe("core module");
    expect(identify(new Uint8Array([0, 0x61, 0x73, 0x6d]))).toBe("unknown");
    expect(identify(new TextEncoder().encode("#!/bin/sh\n"))).toBe("unknown");
    expect(() => parseComponent(quickjs())).toThrow(/this is a core module/);
  });
});

describe("buildSlimComponent", () => {
  it("takes well under 2 KB beside the source", () => {
    const source = "x".repeat(100);
    expect(slimComponent(source).length - source.length).toBeLessThan(1024);
  });

  it("writes what parseComponent reads", () => {
    const component = slim(slimComponent("source"));
    expect(component.imports.map(({ name, sort }) => [name, sort])).toEqual([[dependency, "core module"]]);
    expect(component.exports.map(({ name, sort }) => [name, sort])).toEqual([
      ["plinth:http/resumable@0.1.0", "instance"],
    ]);
    expect(component.imports[0]?.type).toEqual({ imports: [], exports: dataRuntimeExports });
    expect(component.coreModules.map(({ kind }) => kind)).toEqual(["import", "embedded"]);
    expect(component.coreInstances).toMatchObject([
      { kind: "instantiate", module: 0, args: [] },
      { kind: "instantiate", module: 1, args: [{ name: "rt", instance: 0 }] },
    ]);
    const lifted = component.lifts.map(({ coreFunction }) => component.coreFunctions[coreFunction]);
    expect(lifted).toMatchObject([
      { kind: "alias", instance: 0, name: "plinth:http/resumable@0.1.0#start" },
      { kind: "alias", instance: 0, name: "plinth:http/resumable@0.1.0#resume" },
    ]);
    const options = { encoding: "utf8", memory: 0, realloc: 0, postReturn: undefined };
    expect(component.lifts).toMatchObject([options, options]);
    expect(component.coreFunctions[0]).toMatchObject({ kind: "alias", instance: 0, name: "cabi_realloc" });
  });

  it("puts custom sections at the end", () => {
    const contents = new TextEncoder().encode('{"version":3}');
    const bytes = buildSlimComponent({
      dependency,
      runtimeExports: dataRuntimeExports,
      appModule: new Uint8Array(stubModule({ imports: [], exports: [] })),
      world: "resumable-service",
      customSections: [{ name: "plinth:source-map", contents }],
    });
    const [section] = parseComponent(bytes).customSections;
    expect(section?.name).toBe("plinth:source-map");
    expect(bytes.subarray(section!.start, section!.end)).toEqual(contents);
    expect(section!.end).toBe(bytes.length);
  });
});

describe("parseComponent", () => {
  it("reads slim components that another toolchain wrote", async () => {
    const component = slim(
      await wat(
        `(component
        (core type $f (func (param i32)))
        (import "log" (func $log (param "line" string)))
        (import "locked-dep=<plinth:go@1.26.8>" (core module $rt
          (alias outer 1 $f (type))
          (import "env" "hook" (func (type 0)))
          (export "memory" (memory 2 9)) (export "table" (table 10 funcref)) (export "sp" (global (mut i64)))
          (export "realloc" (func (param i32 i32 i32 i32) (result i32)))))
        (core module $m (import "rt" "memory" (memory 1)) (func (export "hook") (param i32)))
        (core instance $none (export "nothing" (memory $x "memory")) )
        )`.replace('(core instance $none (export "nothing" (memory $x "memory")) )', ""),
      ),
    );
    expect(component.imports.map(({ name, sort }) => [name, sort])).toEqual([
      ["log", "func"],
      ["locked-dep=<plinth:go@1.26.8>", "core module"],
    ]);
    expect(component.imports[1]?.type).toEqual({
      imports: [{ module: "env", name: "hook", type: { kind: "function", params: ["i32"], results: [] } }],
      exports: [
        { name: "memory", type: { kind: "memory", limits: { min: 2, max: 9 } } },
        { name: "table", type: { kind: "table", element: "funcref", limits: { min: 10 } } },
        { name: "sp", type: { kind: "global", type: "i64", mutable: true } },
        { name: "realloc", type: { kind: "function", params: ["i32", "i32", "i32", "i32"], results: ["i32"] } },
      ],
    });
  });

  it("takes a component without core-module imports for static, and leaves its insides alone", async () => {
    const component = parseComponent(
      await wat(`(component (import "wasi:cli/exit@0.2.0" (instance)) (component (core module)) (core module)
        (type (resource (rep i32))))`),
    );
    expect(component.kind).toBe("static");
    expect(component.imports).toMatchObject([{ name: "wasi:cli/exit@0.2.0", sort: "instance" }]);
  });

  it("says where, and which import", () => {
    const bytes = slimComponent("x");
    const { imports } = parseComponent(bytes);
    const { start, end } = imports[0]!;
    const wrongType = bytes.slice();
    wrongType[end - 1] = 5;
    expect(() => parseComponent(wrongType)).toThrow(
      expect.objectContaining({ kind: "malformed", offset: end - 1, subject: dependency }) as Error,
    );
    const wrongName = bytes.slice();
    wrongName[start + 10] = 0xff;
    expect(() => parseComponent(wrongName)).toThrow(expect.objectContaining({ offset: start + 1 }) as Error);
    expect(() => parseComponent(bytes.subarray(0, 300))).toThrow(
      expect.objectContaining({ kind: "malformed" }) as Error,
    );
  });
});

describe("plugCoreModules", () => {
  it("splits an import section around the modules and keeps every index space", async () => {
    const bytes = await wat(`(component
      (core type $t (module (export "f" (func (result i32)))))
      (type $i (instance))
      (import "before" (instance (type $i)))
      (import "unlocked-dep=<a:one@*>" (core module $one (type $t)))
      (import "between" (instance (type $i)))
      (import "unlocked-dep=<a:two@*>" (core module $two (type $t)))
      (import "after" (instance (type $i)))
      (core instance $x (instantiate $two)) (core instance $y (instantiate $one))
      (func (export "one") (result u32) (canon lift (core func $y "f")))
      (func (export "two") (result u32) (canon lift (core func $x "f"))))`);
    const answer = (number: number) => parse(`(module (func (export "f") (result i32) (i32.const ${number})))`);
    const stubs = new Map([
      ["unlocked-dep=<a:one@*>", await answer(1)],
      ["unlocked-dep=<a:two@*>", await answer(2)],
    ]);
    const component = slim(bytes);
    const plugged = parseComponent(plugCoreModules(component, stubs).bytes);
    expect(plugged.kind).toBe("static");
    expect(plugged.imports.map(({ name }) => name)).toEqual(["before", "between", "after"]);
    expect(shapeOf(component).modules).toEqual([
      { kind: "import", name: "unlocked-dep=<a:one@*>" },
      { kind: "import", name: "unlocked-dep=<a:two@*>" },
    ]);
  });

  it("refuses where no module is at hand", () => {
    expect(() => plugCoreModules(slim(slimComponent("")), new Map())).toThrow(
      expect.objectContaining({ kind: "policy", subject: dependency }) as Error,
    );
  });
});

describe("shapeOf", () => {
  it("is the same for all programs, and another for another runtime type", () => {
    const hash = (bytes: Uint8Array) => shapeOf(parseComponent(bytes)).hash;
    expect(hash(slimComponent("a"))).toBe(hash(slimComponent("b".repeat(5000))));
    const other = buildSlimComponent({
      dependency,
      runtimeExports: dataRuntimeExports.toReversed(),
      appModule: stubModule({ imports: [], exports: [] }),
      world: "resumable-service",
    });
    expect(hash(other)).not.toBe(hash(slimComponent("a")));
  });

  it("keeps modules in nested components in the order of their bytes", async () => {
    const bytes = await wat(`(component
      (core module (func (export "a"))) (component (core module (memory (export "b") 1))) (core module))`);
    const shape = shapeOf(parseComponent(bytes));
    expect(shape.modules.map(({ kind }) => kind)).toEqual(["embedded", "embedded", "embedded"]);
    const exports = shape.modules.map((module) =>
      module.kind === "embedded"
        ? WebAssembly.Module.exports(new WebAssembly.Module(bytes.slice(module.start, module.end))).map(
            ({ name }) => name,
          )
        : [],
    );
    expect(exports).toEqual([["a"], ["b"], []]);
  });
});

describe("module types", () => {
  it("give valid stubs with just those exports", () => {
    const exports = [
      ...dataRuntimeExports,
      { name: "t", type: { kind: "table" as const, element: "externref" as const, limits: { min: 1, max: 2 } } },
      ...(["i32", "i64", "f32", "f64", "v128", "funcref", "externref"] as const).map((type, index) => ({
        name: `g-${type}`,
        type: { kind: "global" as const, type, mutable: index % 2 === 0 },
      })),
    ];
    const module = new WebAssembly.Module(stubModule({ imports: [], exports }));
    expect(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind])).toEqual(
      exports.map(({ name, type }) => [name, type.kind]),
    );
  });

  it("are checked against what a runtime offers", () => {
    const wanted = { imports: [], exports: dataRuntimeExports };
    const at = { name: dependency, offset: 7 };
    const offered = dataRuntimeExports.map(({ name, type }) =>
      type.kind === "memory"
        ? { name, type: { kind: "memory" as const, limits: { min: 300, max: 400 } } }
        : { name, type },
    );
    expect(() => requireModuleType(wanted, { exports: [...offered].reverse() }, at)).not.toThrow();
    expect(() => requireModuleType(wanted, { exports: offered.slice(1) }, at)).toThrow(
      expect.objectContaining({
        kind: "policy",
        offset: 7,
        subject: dependency,
        message: expect.stringMatching(/"memory"/),
      }) as Error,
    );
    const memory = (min: number, max?: number) => ({
      kind: "memory" as const,
      limits: { min, ...(max !== undefined && { max }) },
    });
    expect(matchesExternType(memory(1), memory(2))).toBe(false);
    expect(matchesExternType(memory(2), memory(1, 5))).toBe(false);
    expect(matchesExternType(memory(2, 5), memory(1, 5))).toBe(true);
  });
});

/**
 * Reads mutated and truncated uploads. All readers answer with a result or a ComponentError, soon, and do not allocate by
 * lengths that the bytes only claim.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { dataModule, dataModulePolicy } from "../../runtimes/data-module.ts";
import { builtIn } from "../../runtimes/registry.ts";
import { plugCoreModules, quickjs, slimComponent, toyRuntime, wat } from "./component.fixture.ts";
import { shapeOf } from "./glue/shape.ts";
import { sectionsOf } from "./module-sections.fixture.ts";
import { change, mutate } from "./mutate.fixture.ts";
import { compilePolicy } from "./policy/tenant-policy.ts";
import { validateTenantModule } from "./policy/validate-tenant-module.ts";
import { parseComponent, type SlimComponent } from "./read/component.ts";
import { ComponentError } from "./read/component-error.ts";
import { parseCoreModule, rangeReader, type SectionName } from "./read/core-module.ts";
import { readCustomSections } from "./read/custom-sections.ts";
import { InstructionReader, readLocals } from "./read/instructions.ts";
import type { FunctionType, ValueType } from "./read/module-type.ts";
import { ByteWriter } from "./write/byte-writer.ts";
import { endable } from "./write/endable.ts";
import { TypeTable, writeModule } from "./write/module-writer.ts";
import { exposeGlobals } from "./write/rewrite-exports.ts";
import { stubModule } from "./write/stub-module.ts";
import { thinModule } from "./write/thin-module.ts";

/** A larger number in PLINTH_FUZZ_INPUTS makes the first test a long one. */
const inputs = Number(process.env.PLINTH_FUZZ_INPUTS ?? 1500);

const policy = compilePolicy(dataModulePolicy);
const memoryImport = { module: "plinth:host", name: "memory" };

/** Runs a step on bytes. If it throws, the error must be a ComponentError with an offset inside the upload. */
function survives(bytes: Uint8Array, step: (bytes: Uint8Array) => unknown): void {
  try {
    step(bytes);
  } catch (error) {
    if (!(error instanceof ComponentError)) throw error;
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(bytes.length);
  }
}

const moduleSteps: ((bytes: Uint8Array) => unknown)[] = [
  (bytes) => {
    const module = parseCoreModule(bytes);
    for (const body of module.bodies) {
      const reader = rangeReader(module, body);
      readLocals(reader);
      new InstructionReader(reader).skipAll();
    }
  },
  (bytes) => thinModule(bytes, { memoryImport }),
  (bytes) => validateTenantModule(bytes, policy),
  (bytes) => exposeGlobals(bytes),
  (bytes) => endable(bytes),
];

const componentSteps: ((bytes: Uint8Array) => unknown)[] = [
  (bytes) => {
    const component = parseComponent(bytes);
    const { bytes: shape } = shapeOf(component);
    shapeOf(parseComponent(shape));
    if (component.kind !== "slim") return;
    const stubs = component.imports.flatMap(({ name, type }) => (type ? [[name, stubModule(type)] as const] : []));
    plugCoreModules(component, new Map(stubs));
  },
];

const nested = `(component
  (import "wasi:io/error@0.2.0" (instance (export "error" (type (sub resource)))))
  (core module $m (memory (export "memory") 1) (func (export "f") (param i32) (result i32) (local.get 0)))
  (component (core module (func (export "x"))) (core instance (instantiate 0)))
  (core instance $i (instantiate $m))
  (core instance (export "g" (func $i "f")))
  (func (export "f") (param "n" u32) (result u32) (canon lift (core func $i "f"))))`;

let modules: Uint8Array[];
let components: Uint8Array[];
beforeAll(async () => {
  modules = [
    dataModule(new TextEncoder().encode("export default { fetch() { return new Response('hi'); } }")),
    await wat(toyRuntime),
    await wat(`(module (memory 1) (table 4 funcref) (global (mut i32) (i32.const 5)) (elem (i32.const 0) $f) (elem func $f)
      (func $f (param i32) (result i32) (block (br_table 0 0 (local.get 0))) (memory.grow (i32.const 1)))
      (data (i32.const 0) "abc") (data "def"))`),
  ];
  components = [slimComponent("export default {}"), await wat(nested)];
});

describe("small binaries", () => {
  it("survive any few changes", () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(change, { minLength: 1, maxLength: 4 }), (pick, changes) => {
        const module = mutate(modules[pick % modules.length]!, changes);
        for (const step of moduleSteps) survives(module, step);
        const component = mutate(components[pick % components.length]!, changes);
        for (const step of componentSteps) survives(component, step);
      }),
      { numRuns: inputs },
    );
  });

  it("survive being cut anywhere", () => {
    for (const bytes of modules) {
      for (let length = 0; length < bytes.length; length++) {
        for (const step of moduleSteps) survives(bytes.slice(0, length), step);
      }
    }
    for (const bytes of components) {
      for (let length = 0; length < bytes.length; length++) {
        for (const step of componentSteps) survives(bytes.slice(0, length), step);
      }
    }
  });

  it("survive any bytes after a preamble", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, component) => {
        const upload = new Uint8Array([0, 0x61, 0x73, 0x6d, component ? 0x0d : 1, 0, component ? 1 : 0, 0, ...bytes]);
        for (const step of component ? componentSteps : moduleSteps) survives(upload, step);
      }),
    );
  });
});

describe("a real runtime", () => {
  it("survives changes and cuts", () => {
    const bytes = quickjs();
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), fc.option(change), (changes, cut) => {
        const changed = bytes.slice(0, cut === null ? undefined : Math.floor(cut.at * bytes.length));
        for (const { at, value } of changes) changed[Math.floor(at * changed.length)] = value;
        survives(changed, moduleSteps[0]!);
      }),
      { numRuns: 40 },
    );
  });
});

describe("real components", () => {
  const built = builtIn.packageFolders.filter((folder) => existsSync(join(folder, "dist", "warm-up.wasm")));
  it.each(built.map((folder) => [basename(folder), folder]))("%s: survives changes", (_, folder) => {
    const bytes = new Uint8Array(readFileSync(join(folder, "dist", "warm-up.wasm")));
    const [steps, { coreModules }] = [componentSteps, parseComponent(bytes) as SlimComponent];
    const own = coreModules.flatMap((module) =>
      module.kind === "embedded" ? bytes.slice(module.start, module.end) : [],
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        for (const step of steps) survives(mutate(bytes, changes), step);
        for (const module of own) for (const step of moduleSteps) survives(mutate(module, changes), step);
      }),
      { numRuns: Math.ceil(inputs / 15) },
    );
  });
});

describe("claims are not believed", () => {
  const huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
  const bombs: [string, number[]][] = [
    ["types", [1, 5, ...huge]],
    ["parameters", [1, 7, 1, 0x60, ...huge]],
    ["imports", [2, 5, ...huge]],
    ["functions", [3, 5, ...huge]],
    ["exports", [7, 5, ...huge]],
    ["element entries", [9, 7, 1, 1, 0, ...huge.slice(0, 4)]],
    ["bodies", [10, 5, ...huge]],
    ["data segments", [11, 5, ...huge]],
    ["a name", [0, 5, ...huge]],
  ];
  it.each(bombs)("%s", (_, section) => {
    const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section]);
    expect(() => parseCoreModule(bytes)).toThrow(ComponentError);
  });

  const preambles = { component: [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], core: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0] };
  const repeated: [string, keyof typeof preambles, number[]][] = [
    ["custom sections of a component", "component", [0, 1, 0]],
    ["type sections of a component", "component", [7, 1, 0]],
    ["core modules", "component", [1, 8, ...preambles.core]],
    ["nested components", "component", [4, 8, ...preambles.component]],
    ["custom sections of a core module", "core", [0, 1, 0]],
  ];
  it.each(repeated)("and neither are 100,000 %s", (_, kind, unit) => {
    const units = new Array<number[]>(100_000).fill(unit).flat();
    const bytes = new Uint8Array([...preambles[kind], ...units]);
    for (const read of kind === "core" ? [parseCoreModule, endable] : [parseComponent]) {
      expect(() => read(bytes)).toThrow("more than 10000 sections");
    }
    expect(() => readCustomSections(bytes)).toThrow("more than 10000 sections");
  });

  it("sections of nested components count together", () => {
    const inner = new Uint8Array([...preambles.component, ...new Array<number[]>(2_000).fill([0, 1, 0]).flat()]);
    const writer = new ByteWriter().bytes(preambles.component);
    for (let left = 6; left > 0; left--) writer.section(4, inner);
    expect(() => shapeOf(parseComponent(writer.finish()))).toThrow("nested ones included");
  });

  it.each([
    ["types", 1, [0x60, 0, 0], 100_000],
    ["imports", 2, [0, 0, 2, 0, 0], 100_000],
    ["globals", 6, [0x7f, 0, 0x41, 0, 0x0b], 100_000],
    ["data segments", 11, [1, 0], 100_000],
    ["element segments", 9, [1, 0, 0], 100_000],
  ])("%s: as many as a module may have, and one more", (what, section, item, most) => {
    const bytes = (count: number) => {
      const body = new ByteWriter().u32(count).bytes(new Array<number[]>(count).fill(item).flat()).finish();
      return new ByteWriter().bytes(preambles.core).section(section, body).finish();
    };
    expect(() => parseCoreModule(bytes(most))).not.toThrow();
    expect(() => parseCoreModule(bytes(most + 1))).toThrow(`${most + 1} ${what} (at most ${most})`);
  });

  it("locals", async () => {
    const bytes = await wat("(module (memory 1) (func (local i32)))");
    const at = bytes.length - 3;
    const body = new ByteWriter().u8(1).bytes(huge).u8(0x7f, 0x0b).finish();
    const code = new ByteWriter().u32(1).sized(body).finish();
    const bomb = new ByteWriter()
      .bytes(bytes.subarray(0, Buffer.from(bytes).lastIndexOf(0x0a, at)))
      .section(10, code)
      .finish();
    expect(() => thinModule(bomb, { memoryImport })).toThrow(/50000 locals/);
  });

  it("labels of br_table, and nesting of components", async () => {
    const body = new ByteWriter().u8(0, 0x41, 0, 0x0e).bytes(huge).u8(0, 0x0b).finish();
    const bytes = writeModule(
      new Map<SectionName, Uint8Array>([
        ["type", new Uint8Array([1, 0x60, 0, 0])],
        ["import", new Uint8Array([0])],
        ["function", new Uint8Array([1, 0])],
        ["code", new ByteWriter().u32(1).sized(body).finish()],
      ]),
    );
    expect(() => validateTenantModule(bytes, compilePolicy({ ...dataModulePolicy, opcodes: ["0x00-0x44"] }))).toThrow(
      /labels are announced/,
    );

    let component = new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
    for (let depth = 0; depth < 2000; depth++) {
      component = new ByteWriter().bytes(component.subarray(0, 8)).section(4, component).finish();
    }
    expect(() => shapeOf(parseComponent(component))).toThrow(/nested more than/);
  });
});

describe("what is written is read back", () => {
  const valueType = fc.constantFrom<ValueType>("i32", "i64", "f32", "f64", "v128", "funcref", "externref");
  const functionType: fc.Arbitrary<FunctionType> = fc.record({
    params: fc.array(valueType, { maxLength: 5 }),
    results: fc.array(valueType, { maxLength: 3 }),
  });

  it("function types, each once", () => {
    fc.assert(
      fc.property(fc.array(functionType), (types) => {
        const table = new TypeTable();
        const indices = types.map((type) => table.indexOf(type));
        const module = parseCoreModule(writeModule(new Map([["type", table.finish()]])));
        expect(indices.map((index) => module.types[index])).toEqual(types);
        expect(new Set(indices).size).toBe(module.types.length);
      }),
    );
  });

  it("a module, section by section", () => {
    for (const bytes of modules) {
      const module = parseCoreModule(bytes);
      const { bodies, custom } = sectionsOf(module);
      expect(writeModule(bodies, custom)).toEqual(bytes);
    }
  });
});

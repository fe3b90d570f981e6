import { beforeAll, describe, expect, it } from "vitest";
import { quickjs, toyRuntime, wat } from "../component.fixture.ts";
import { parseCoreModule } from "../read/core-module.ts";
import { exposeGlobals, selectExports } from "./rewrite-exports.ts";
import { type ThinModule, thinModule } from "./thin-module.ts";

const memoryImport = { module: "plinth:host", name: "memory" };
const WASM_PAGE = 65_536;

type Exports = Record<string, WebAssembly.Global & ((...args: number[]) => number)>;

function instantiate(bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports): Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports as unknown as Exports;
}

describe("a thin module with a memory of its own", () => {
  let thin: ThinModule;
  beforeAll(async () => {
    thin = thinModule(await wat(toyRuntime), { memoryImport });
  });

  function start(memory = new WebAssembly.Memory({ initial: 1, maximum: 4 })) {
    return { memory, exports: instantiate(thin.bytes, { "plinth:host": { memory } }) };
  }

  it("imports its memory and still exports it, without its data", () => {
    const { memory, exports } = start();
    expect(exports.memory).toBe(memory);
    expect(new Uint8Array(memory.buffer).every((byte) => byte === 0)).toBe(true);
    expect(thin.memory).toEqual({ min: 1, max: 4 });
  });

  it("exports every mutable global, under the name that it has or by its index", () => {
    expect(thin.globals).toEqual([
      { exportName: "plinth:global:0", type: "i32", index: 0 },
      { exportName: "plinth:global:1", type: "i32", index: 1 },
      { exportName: "length", type: "i32", index: 2 },
      { exportName: "plinth:pages", type: "i32", index: 3 },
      { exportName: "plinth:page-limit", type: "i32", index: 4 },
      { exportName: "plinth:grow-refused", type: "i32", index: 5 },
    ]);
    const { exports } = start();
    for (const { exportName } of thin.globals) expect(exports[exportName]).toBeInstanceOf(WebAssembly.Global);
    exports["plinth:global:0"]!.value = 4096;
    expect(exports.cabi_realloc!(0, 0, 1, 10)).toBe(4096);
  });

  it("accounts for growth: up to the limit, and by what the memory lacks", () => {
    const { memory, exports } = start();
    const pages = exports["plinth:pages"]!;
    const real = () => memory.buffer.byteLength / WASM_PAGE;
    expect([exports.size!(), pages.value, exports["plinth:page-limit"]!.value]).toEqual([1, 1, 4]);
    exports["plinth:page-limit"]!.value = 3;
    expect(exports.grow!(1)).toBe(1);
    expect([exports.size!(), real()]).toEqual([2, 2]);
    expect(exports["plinth:grow-refused"]!.value).toBe(0);
    expect(exports.grow!(2)).toBe(-1);
    expect(exports["plinth:grow-refused"]!.value).toBe(1);
    expect(exports.grow!(-1)).toBe(-1);
    expect(exports.grow!(0)).toBe(2);
    expect([exports.size!(), real()]).toEqual([2, 2]);
    expect(exports.grow!(1)).toBe(2);

    // The host puts the image back: the guest has one page again, and the memory three.
    pages.value = 1;
    expect([exports.size!(), real()]).toEqual([1, 3]);
    for (let round = 0; round < 100; round++) {
      pages.value = 1;
      expect(exports.grow!(2)).toBe(1);
      expect([exports.size!(), real()]).toEqual([3, 3]);
    }
    // A limit below the pages in use allows no more, and the difference does not wrap around.
    exports["plinth:page-limit"]!.value = 2;
    expect(exports.grow!(1)).toBe(-1);
    expect(exports.grow!(0)).toBe(-1);
    expect(exports.size!()).toBe(3);
  });

  it("passes on that the memory cannot grow", () => {
    const { exports } = start(new WebAssembly.Memory({ initial: 1, maximum: 2 }));
    expect(exports.grow!(2)).toBe(-1);
    expect(exports.size!()).toBe(1);
    expect(exports.grow!(1)).toBe(1);
  });

  it("runs from an image of the full module", async () => {
    const exposed = exposeGlobals(await wat(toyRuntime));
    const full = instantiate(exposed.bytes, {});
    const at = full.cabi_realloc!(0, 0, 1, 3);
    const source = (full.memory as unknown as WebAssembly.Memory).buffer;
    new Uint8Array(source).set([97, 98, 99], at);
    expect(full.load!(at, 3)).toBe(0);

    const { memory, exports } = start();
    new Uint8Array(memory.buffer).set(new Uint8Array(source));
    for (const { exportName } of exposed.globals) exports[exportName]!.value = full[exportName]!.value;
    const out = exports["plinth:http/resumable@0.1.0#start"]!(0, 0, 0, 0, 0, 0, 0, 0);
    const view = new DataView(memory.buffer);
    expect([view.getUint16(out + 4, true), view.getUint32(out + 20, true)]).toEqual([201, 3]);
    expect(new Uint8Array(memory.buffer, view.getUint32(out + 16, true), 3)).toEqual(new Uint8Array([97, 98, 99]));
  });
});

it("drops the start function, and keeps element segments and function indices", async () => {
  const bytes = await wat(`(module
    (import "env" "hook" (func $hook)) (memory 1)
    (table (export "table") 2 funcref) (elem (i32.const 0) $a $b)
    (func $a (export "a") (result i32) (i32.const 7))
    (func $b (export "b") (result i32) (memory.size))
    (func $start (call $hook)) (start $start))`);
  const { bytes: thin } = thinModule(bytes, { memoryImport });
  let hooks = 0;
  const memory = new WebAssembly.Memory({ initial: 5 });
  const exports = instantiate(thin, { env: { hook: () => hooks++ }, "plinth:host": { memory } });
  expect(hooks).toBe(0);
  const table = exports.table as unknown as WebAssembly.Table;
  const callable = (index: number) => table.get(index) as () => number;
  expect([callable(0)(), callable(1)()]).toEqual([7, 1]);
  expect(table.get(0)).toBe(exports.a);
});

it("keeps exceptions: their tags, what throws and what catches them", async () => {
  const bytes = await wat(`(module
    (memory 1) (tag $failed (param i32))
    (func $fail (param i32) (local exnref) (throw $failed (local.get 0)))
    (func (export "caught") (param i32) (result i32)
      (block $handler (result i32)
        (try_table (catch $failed $handler) (call $fail (local.get 0)))
        (memory.size))))`);
  const { bytes: thin } = thinModule(bytes, { memoryImport });
  const memory = new WebAssembly.Memory({ initial: 5 });
  expect(instantiate(thin, { "plinth:host": { memory } }).caught!(42)).toBe(42);
});

describe("QuickJS, made thin", () => {
  it("is valid, and allocates in a copy of a full instance's memory", () => {
    const full = quickjs();
    const thin = thinModule(full, { memoryImport });
    expect(WebAssembly.validate(thin.bytes)).toBe(true);
    const module = parseCoreModule(full);
    const [memoryName] = module.imports.filter(({ type }) => type.kind === "memory");
    expect(memoryName).toBeDefined();
    expect(thin.memory).toEqual((memoryName!.type as { limits: object }).limits);

    const importsWith = (bytes: Uint8Array, memory: WebAssembly.Memory): WebAssembly.Imports => {
      const imports: Record<string, Record<string, unknown>> = {};
      for (const { module: from, name, type } of parseCoreModule(bytes).imports) {
        imports[from] ??= {};
        imports[from][name] = type.kind === "memory" ? memory : () => 0;
      }
      return imports;
    };
    const { min, max } = thin.memory;
    const create = () => new WebAssembly.Memory({ initial: min, ...(max !== undefined && { maximum: max }) });

    const exposed = exposeGlobals(full);
    const first = create();
    const started = instantiate(exposed.bytes, importsWith(full, first));
    // Emscripten minifies names. The start-up takes and returns nothing. malloc and free are recognised by what they do.
    const startUp = module.exports.find(
      ({ kind, index }) =>
        kind === "function" && module.functions[index]!.params.length + module.functions[index]!.results.length === 0,
    );
    started[startUp!.name]!();

    const second = create();
    new Uint8Array(second.buffer).set(new Uint8Array(first.buffer));
    const copy = instantiate(thin.bytes, importsWith(thin.bytes, second));
    for (const { exportName } of exposed.globals) copy[exportName]!.value = started[exportName]!.value;
    copy["plinth:pages"]!.value = second.buffer.byteLength / WASM_PAGE;

    const unary = module.exports.filter(({ kind, index }) => {
      if (kind !== "function") return false;
      const { params, results } = module.functions[index]!;
      return params.join() === "i32" && results.join() === "i32";
    });
    // malloc is the export that gives fresh, aligned, distinct addresses in both modules.
    const allocate = unary.find(({ name }) => {
      try {
        const [a, b] = [copy[name]!(100), copy[name]!(100)];
        return a > 1024 && b > a + 99 && b % 8 === 0 && b < second.buffer.byteLength;
      } catch {
        return false;
      }
    });
    expect(allocate).toBeDefined();
    const at = copy[allocate!.name]!(1 << 20);
    expect(at).toBeGreaterThan(0);
    expect(at + (1 << 20)).toBeLessThan(second.buffer.byteLength);
  });
});

describe("thinModule refuses", () => {
  it.each([
    ["no memory", "(module)", /0 memories/],
    [
      "memory.init",
      '(module (memory 1) (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0))) (data "x"))',
      /memory.init/,
    ],
    ["data.drop", '(module (memory 1) (func (data.drop 0)) (data "x"))', /data.drop/],
    [
      "table.set",
      "(module (memory 1) (table 1 funcref) (func (table.set (i32.const 0) (ref.null func))))",
      /table.set/,
    ],
  ])("%s", async (_, text, message) => {
    const bytes = await wat(text);
    expect(() => thinModule(bytes, { memoryImport })).toThrow(message);
  });

  it("an instruction that it does not know, at its offset", async () => {
    const bytes = await wat("(module (memory 1) (func nop unreachable))");
    const offset = Buffer.from(bytes).indexOf(Buffer.from([0x01, 0x00, 0x0b])) + 1;
    // The specification gives this number to no instruction.
    bytes[offset] = 0x27;
    const error = (() => {
      try {
        thinModule(bytes, { memoryImport });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ kind: "unsupported", offset });
  });
});

describe("selectExports", () => {
  it("keeps what is named, renames it and drops the rest", async () => {
    const bytes = selectExports(await wat(toyRuntime), new Map([["size", "pages"]]));
    expect(WebAssembly.Module.exports(new WebAssembly.Module(bytes))).toEqual([{ name: "pages", kind: "function" }]);
  });

  it("adds an export section where there is none to replace", async () => {
    const { bytes } = exposeGlobals(await wat("(module (global (mut i32) (i32.const 3)) (func))"));
    expect(instantiate(bytes, {})["plinth:global:0"]!.value).toBe(3);
  });

  it("refuses names that are not there, and the same name twice", async () => {
    const bytes = await wat(toyRuntime);
    expect(() => selectExports(bytes, new Map([["no", "a"]]))).toThrow(/no export "no"/);
    const twice = new Map([
      ["size", "a"],
      ["grow", "a"],
    ]);
    expect(() => selectExports(bytes, twice)).toThrow(/twice/);
  });
});

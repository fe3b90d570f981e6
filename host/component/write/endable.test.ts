import { once } from "node:events";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wat } from "../component.fixture.ts";
import { parseCoreModule } from "../read/core-module.ts";
import { MEMORY_PIECE, TABLE_PIECE } from "./bulk-functions.ts";
import { endable } from "./endable.ts";

const PAGE = 65_536;
const [pages, entries, dataBytes] = [37, 40_000, 3];

/** Two memories and two tables of more than two pieces each, and segments of both. */
const surroundings = `
  (memory $m (export "m") ${pages} ${pages + 2}) (memory $n (export "n") ${pages})
  (table $t (export "t") ${entries} funcref) (table $u (export "u") ${entries} externref) (table $v (export "v") 9 funcref)
  (func $f0 (export "f0")) (func $f1 (export "f1"))
  (elem $e func ${"$f0 $f1 $f1 ".repeat(3)})
  (data $d "${"abc\\00x".repeat(dataBytes)}")
  (elem declare func $f0 $f1)`;

/** Instructions that take three numbers from the stack. */
const operations = [
  "(memory.fill $m)",
  "(memory.fill $n)",
  "(memory.copy $m $m)",
  "(memory.copy $n $m)",
  "(memory.init $m $d)",
  "(table.copy $t $t)",
  "(table.copy $v $t)",
  "(table.init $t $e)",
];
const more = [
  (a: string, b: string) => `(table.fill $t (${a}) (ref.func $f1) (${b}))`,
  (a: string, b: string) => `(table.fill $u (${a}) (ref.null extern) (${b}))`,
  (_: string, b: string) => `(global.set $g (memory.grow $m (i32.and (${b}) (i32.const 3))))`,
  (_: string, b: string) => `(global.set $g (table.grow $v (ref.func $f0) (i32.and (${b}) (i32.const 15))))`,
  () => "(data.drop $d)",
  () => "(elem.drop $e)",
];

const edge = [
  0,
  1,
  9,
  15,
  1024,
  1025,
  TABLE_PIECE,
  entries,
  MEMORY_PIECE,
  2 * MEMORY_PIECE,
  pages * PAGE,
  2 ** 31,
  2 ** 32,
];
const number = fc.oneof(
  fc.tuple(fc.constantFrom(...edge), fc.integer({ min: -2, max: 2 })).map(([at, by]) => (at + by) >>> 0),
  fc.integer({ min: 0, max: pages * PAGE }),
  fc.integer({ min: 0, max: entries }),
);
/** A constant, or an argument, whose value the rewriting cannot see. */
const operand = fc.oneof(
  number.map((value) => `i32.const ${value | 0}`),
  fc.constantFrom("local.get 0", "local.get 1", "local.get 2"),
);
const statement = fc
  .tuple(fc.constantFrom(...operations, ...more), operand, operand, operand)
  .map(([make, a, b, c]) => (typeof make === "string" ? `(${a}) (${b}) (${c}) ${make.slice(1, -1)}` : make(a, b)));
const block = fc
  .tuple(fc.constantFrom("block", "loop", "if"), fc.array(statement, { minLength: 1, maxLength: 3 }))
  .map(([kind, inside]) => {
    if (kind === "if") return `(if (local.get 1) (then ${inside.join(" ")}) (else ${inside.toReversed().join(" ")}))`;
    return `(${kind} ${inside.join(" ")})`;
  });
const body = fc.array(fc.oneof(statement, block), { minLength: 1, maxLength: 5 });
const program = fc.record({
  bodies: fc.array(body, { minLength: 1, maxLength: 3 }),
  calls: fc.array(fc.tuple(fc.nat(2), number, number, number), { minLength: 1, maxLength: 6 }),
});

type Exports = Record<string, (...args: number[]) => unknown> & {
  [Name in "m" | "n"]: WebAssembly.Memory;
} & { [Name in "t" | "u" | "v"]: WebAssembly.Table } & { g: WebAssembly.Global };

function start(bytes: Uint8Array): Exports {
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const { exports } = new WebAssembly.Instance(module) as unknown as { exports: Exports };
  for (const name of ["m", "n"] as const) {
    const memory = new Uint32Array(exports[name].buffer);
    // No two pages are alike, so that bytes that come from the wrong place are seen.
    for (let at = 0; at < memory.length; at += 97) memory[at] = at * 2_654_435_761;
  }
  for (let at = 0; at < entries; at += 7) exports.t.set(at, exports[at % 2 ? "f0" : "f1"]);
  for (let at = 0; at < entries; at += 5) exports.u.set(at, at);
  return exports;
}

/** A call's result or error. */
function outcome(call: () => unknown): string {
  try {
    return `returned ${call()}`;
  } catch (error) {
    return String(error);
  }
}

function tableOf(exports: Exports, name: "t" | "u" | "v"): unknown[] {
  const values = Array.from({ length: exports[name].length }, (_, at) => exports[name].get(at));
  return values.map((value) => (value === exports.f0 ? "f0" : value === exports.f1 ? "f1" : value));
}

function expectSame(before: Exports, after: Exports): void {
  for (const name of ["m", "n"] as const) {
    const [expected, found] = [before, after].map((exports) => Buffer.from(exports[name].buffer));
    expect(found!.equals(expected!)).toBe(true);
  }
  for (const name of ["t", "u", "v"] as const) {
    const [expected, found] = [before, after].map((exports) => tableOf(exports, name));
    expect(found!.length).toBe(expected!.length);
    expect(found!.findIndex((entry, at) => entry !== expected![at])).toBe(-1);
  }
  expect(after.g.value).toBe(before.g.value);
}

describe("a module that was made endable", () => {
  it("does what it did: values, memories, tables and traps of random programs", async () => {
    await fc.assert(
      fc.asyncProperty(program, async ({ bodies, calls }) => {
        const functions = bodies.map(
          (statements, at) => `(func (export "run${at}") (param i32 i32 i32) ${statements.join("\n")})`,
        );
        const text = `(module ${surroundings} (global $g (export "g") (mut i32) (i32.const 0)) ${functions.join("\n")})`;
        const original = await wat(text);
        const [before, after] = [start(original), start(endable(original))];
        for (const [which, a, b, c] of calls) {
          const name = `run${which % bodies.length}`;
          expect(outcome(() => after[name]!(a, b, c))).toBe(outcome(() => before[name]!(a, b, c)));
        }
        expectSame(before, after);
      }),
      { numRuns: Number(process.env.PLINTH_FUZZ_INPUTS ?? 60) },
    );
  });

  it("copies more than a piece onto itself, either way", async () => {
    const original = await wat(
      `(module ${surroundings} (global (export "g") (mut i32) (i32.const 0))
        (func (export "run") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))`,
    );
    const large = 2 * MEMORY_PIECE + 12_345;
    for (const [to, from] of [
      [0, 1],
      [1, 0],
      [0, 777_777 % 200_000],
      [199_999, 3],
      [5, 5],
    ] as const) {
      const [before, after] = [start(original), start(endable(original))];
      for (const exports of [before, after]) exports.run!(to, from, large);
      expectSame(before, after);
    }
  });

  it("has its old functions, exports and sections in their places; hints to the compiler go", async () => {
    const original = await wat(`(module (type (func)) (import "a" "b" (func)) (memory 1)
      (func $f (export "f") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0)))
      (func $g (memory.fill (i32.const 0) (i32.const 1) (i32.const 1024)))
      (table $t 1024 funcref) (func $h (table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 1)))
      (@custom "metadata.code.branch_hint" "\\00") (@custom "kept" "x"))`);
    const [before, after] = [parseCoreModule(original), parseCoreModule(endable(original))];
    expect(after.exports).toMatchObject(before.exports.map(({ name, kind, index }) => ({ name, kind, index })));
    expect(after.functions.slice(0, before.functions.length)).toEqual(before.functions);
    expect(after.functions.length).toBe(before.functions.length + 4);
    expect(after.sections.flatMap(({ name }) => name ?? [])).toEqual(["kept", "name"]);
    // A small constant number of bytes needs no function.
    const text = (module: typeof before, at: number) =>
      Buffer.from(module.bytes.subarray(module.bodies[at]!.start, module.bodies[at]!.end)).toString("hex");
    expect(text(after, 1)).toBe(text(before, 1));
    // An entry of a table takes longer than a byte.
    expect(text(after, 2)).not.toBe(text(before, 2));
    expect(text(after, 0)).not.toBe(text(before, 0));
  });

  it("takes hints to the compiler from every module", async () => {
    const hinted = await wat('(module (func (export "f")) (@custom "metadata.code.compilation_priority" "\\00"))');
    expect(endable(hinted)).toEqual(await wat('(module (func (export "f")))'));
  });

  it("is the same bytes where nothing takes long", async () => {
    const plain = await wat('(module (memory 1) (func (export "f") (loop (br 0))))');
    expect(endable(plain)).toBe(plain);
  });

  it.each([
    [
      "garbage collection",
      "(rec (type $a (array (mut i8))) (type $s (struct (field (ref null $a)))))",
      `(local (ref null $a))
      (local.set 0 (array.new_default $a (i32.const 9)))
      (array.fill $a (local.get 0) (i32.const 1) (i32.const 7) (i32.const 4))
      (drop (struct.new $s (local.get 0))) (drop (ref.cast (ref $a) (local.get 0)))
      (drop (block (result (ref null $a)) (br_on_cast 0 (ref null $a) (ref $a) (local.get 0))))
      (array.get_u $a (local.get 0) (i32.const 3))`,
      7,
    ],
    [
      "exceptions",
      "(tag $e (param i32))",
      "(block $h (result i32) (try_table (catch $e $h) (throw $e (i32.const 5))) unreachable)",
      5,
    ],
    [
      "vectors",
      "",
      "(v128.store (i32.const 0) (v128.const i32x4 1 2 3 4)) (i32x4.extract_lane 2 (v128.load (i32.const 0)))",
      3,
    ],
    [
      "tail calls and typed references",
      "(type $t (func (result i32))) (func $r (type $t) (i32.const 8)) (elem declare func $r)",
      "(return_call_ref $t (ref.func $r))",
      8,
    ],
    [
      "atomics",
      "",
      "(atomic.fence) (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 6))) (i32.atomic.load (i32.const 0))",
      6,
    ],
  ])("keeps its %s", async (_, before, code, result) => {
    const original = await wat(`(module ${before} (memory $m 1) (memory 1)
      (func (export "run") (result i32) ${code})
      (func (export "fill") (param i32) (memory.fill $m (i32.const 0) (i32.const 1) (local.get 0))))`);
    const made = endable(original);
    expect(made.length).toBeGreaterThan(original.length);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(made as Uint8Array<ArrayBuffer>));
    expect((exports.run as () => number)()).toBe(result);
    expect(() => (exports.fill as (n: number) => void)(65_537)).toThrow("memory access out of bounds");
  });
});

const endless = [
  ["memory.fill", "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0x600000))"],
  ["memory.copy", "(memory.copy (i32.const 0) (i32.const 1) (i32.const 0x600000))"],
  ["table.fill", "(table.fill $t (i32.const 0) (ref.null func) (i32.const 262144))"],
  ["table.copy", "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 200000))"],
  ["array.new_default", "(drop (array.new_default $a (i32.const 1000000)))"],
  ["array.fill", "(array.fill $a (local.get 0) (i32.const 0) (i32.const 1) (i32.const 10000000))"],
  ["array.copy", "(array.copy $a $a (local.get 0) (i32.const 0) (local.get 0) (i32.const 1) (i32.const 9000000))"],
] as const;

describe("an endless loop ends when its thread is ended", () => {
  it.each(endless)("%s", async (_, code) => {
    const bytes = endable(
      await wat(`(module (type $a (array (mut i8))) (import "test" "begins" (func $begins)) (memory 128)
        (table $t 262144 funcref)
        (func (export "run") (local (ref null $a)) (call $begins) (local.set 0 (array.new_default $a (i32.const 10000000)))
          (loop $again ${code} (br $again))))`),
    );
    const worker = new Worker(
      `const { parentPort, workerData } = require("node:worker_threads");
       const test = { begins: () => parentPort.postMessage("begins") };
       new WebAssembly.Instance(new WebAssembly.Module(workerData), { test }).exports.run();`,
      { eval: true, workerData: bytes },
    );
    await once(worker, "message");
    // Without the rewriting, this takes minutes.
    expect(await worker.terminate()).toBe(1);
  });
});

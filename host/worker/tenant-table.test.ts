import { beforeEach, expect, test } from "vitest";
import { wat } from "../component/component.fixture.ts";
import { servingForm } from "../component/write/serving-form.ts";
import { type TenantFunctions, TenantTable } from "./tenant-table.ts";

/** A runtime with three functions of its own, which no tenant may touch. */
const runtimeText = `(module
  (memory (export "memory") 1)
  (table (export "table") 4 funcref)
  (func $own (result i32) (i32.const -1))
  (elem (i32.const 0) func $own $own $own))`;
const FIRST = 3;

let instance: WebAssembly.Instance;
let table: WebAssembly.Table;
let tenants: TenantTable;
beforeEach(async () => {
  instance = new WebAssembly.Instance(new WebAssembly.Module(await wat(runtimeText)));
  table = instance.exports.table as WebAssembly.Table;
  tenants = new TenantTable(instance, FIRST);
});

/** A tenant's functions that give these numbers. */
async function functionsOf(...numbers: number[]): Promise<TenantFunctions> {
  const functions = numbers.map((number, index) => `(func $f${index} (result i32) (i32.const ${number}))`);
  const { bytes } = servingForm(
    await wat(`(module
      (import "rt" "memory" (memory 1))
      (import "rt" "table" (table 1 funcref))
      ${functions.join(" ")}
      (elem (i32.const ${FIRST}) func ${numbers.map((_, index) => `$f${index}`).join(" ")}))`),
  );
  return { key: numbers.join(), module: new WebAssembly.Module(bytes), count: numbers.length };
}

/** The results of the table's functions; null if an entry has none. */
const inPlace = () =>
  Array.from({ length: table.length }, (_, index) => (table.get(index) as (() => number) | null)?.() ?? null);

test("a tenant's functions take the place of the last tenant's, and what it had beyond them is cleared", async () => {
  tenants.put(await functionsOf(1, 2, 3));
  expect(inPlace()).toEqual([-1, -1, -1, 1, 2, 3]);
  tenants.put(await functionsOf(7));
  expect(inPlace()).toEqual([-1, -1, -1, 7, null, null]);
  tenants.put(null);
  expect(inPlace()).toEqual([-1, -1, -1, null, null, null]);
});

test("a tenant of many functions and one of few take each other's place", async () => {
  const many = await functionsOf(...Array.from({ length: 600 }, (_, index) => index));
  const few = await functionsOf(7);
  for (let round = 0; round < 2; round++) {
    tenants.put(many);
    expect(inPlace()).toEqual([-1, -1, -1, ...Array.from({ length: 600 }, (_, index) => index)]);
    tenants.put(few);
    expect(inPlace()).toEqual([-1, -1, -1, 7, ...Array(599).fill(null)]);
  }
});

test("the next tenant clears what a start-up has written, and the same tenant's functions are written again", async () => {
  const own = await functionsOf(7);
  tenants.put(own);
  tenants.reserve(3);
  table.set(3, table.get(0));
  table.set(5, table.get(0));
  tenants.put(own);
  expect(inPlace()).toEqual([-1, -1, -1, 7, null, null]);
});

test("where a tenant's functions cannot be put in place, the next one's are, all of them", async () => {
  const own = await functionsOf(1, 2);
  tenants.put(own);
  const foreign = new WebAssembly.Module(await wat('(module (import "rt" "missing" (func)))'));
  expect(() => tenants.put({ key: "foreign", module: foreign, count: 3 })).toThrow(WebAssembly.LinkError);
  table.set(3, null);
  tenants.put(own);
  expect(inPlace()).toEqual([-1, -1, -1, 1, 2, null]);
});

test("a tenant whose instance has gone for others' is put in place like any other", async () => {
  const own = await functionsOf(1, 2);
  tenants.put(own);
  for (let n = 0; n < 70; n++) tenants.put(await functionsOf(1_000 + n));
  tenants.put(own);
  expect(inPlace()).toEqual([-1, -1, -1, 1, 2]);
});

test("a module that fills more entries than its count is noticed", async () => {
  tenants.put(await functionsOf(1, 2, 3, 4));
  tenants.put(null);
  const excess = { ...(await functionsOf(5, 6, 7)), count: 2 };
  expect(() => tenants.put(excess)).toThrow(/OWN.*behind the tenant's own/);
});

test("one module with two counts is noticed", async () => {
  const functions = await functionsOf(1, 2);
  tenants.put(functions);
  expect(() => tenants.put({ ...functions, count: 1 })).toThrow(/OWN.*two counts/);
});

test("a tenants' part that begins behind the table's end is noticed", () => {
  expect(() => new TenantTable(instance, 5)).toThrow(/OWN.*behind the end/);
});

import { readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BlobCorrupt } from "../blobs/read-blob.ts";
import { wat } from "../component/component.fixture.ts";
import { MIB } from "../config/limits.ts";
import { TestTenants } from "../deploy/capture.fixture.ts";
import { DeltaWriter } from "../memory/delta-writer.ts";
import { PAGE_BYTES, WASM_PAGE_BYTES } from "../memory/index.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import { Artifacts } from "./artifacts.ts";

let tenants: TestTenants;
beforeAll(async () => {
  tenants = await TestTenants.open();
});
afterAll(() => tenants[Symbol.asyncDispose]());

/** A delta of a memory that is full of one byte. */
async function deltaOf(mib: number, byte: number): Promise<BlobRef> {
  const [memory, zeros] = [Buffer.alloc(mib * MIB, byte), Buffer.alloc(PAGE_BYTES)];
  const writer = new DeltaWriter();
  for (let at = 0; at < memory.length; at += PAGE_BYTES) writer.addPage(at / PAGE_BYTES, memory, at, zeros, 0);
  return tenants.store(writer.finish(memory.length / WASM_PAGE_BYTES).bytes);
}

// Identity is compared outside of expect, which would search megabytes for similar parts.
test("an image is the same array each time, until newer ones have taken its room", async () => {
  const artifacts = new Artifacts();
  const [first, second, third] = [await deltaOf(7, 1), await deltaOf(7, 2), await deltaOf(7, 3)];
  const [a, b] = [artifacts.image(first), artifacts.image(second)];
  expect(artifacts.image(first) === a).toBe(true);
  // The three together have over 16 MiB. The second was used longest ago.
  artifacts.image(third);
  expect(artifacts.image(first) === a).toBe(true);
  expect(artifacts.image(second) === b).toBe(false);
  expect(Buffer.compare(artifacts.image(second)[0].bytes, b[0].bytes)).toBe(0);
});

test("an image that is larger than all the room is kept alone, while it is the last", async () => {
  const artifacts = new Artifacts();
  const [small, large] = [await deltaOf(1, 1), await deltaOf(17, 2)];
  const before = artifacts.image(small);
  const kept = artifacts.image(large);
  await rm(large.path);
  expect(artifacts.image(large) === kept).toBe(true);
  expect(artifacts.image(small) === before).toBe(false);
  expect(() => artifacts.image(large)).toThrow(/ENOENT/);
});

test("what is damaged or gone is not used, and is read again once it is healed", async () => {
  const artifacts = new Artifacts();
  const delta = await deltaOf(1, 7);
  const module = await tenants.store(await wat('(module (func (export "g")))'));
  for (const [{ path }, read] of [
    [delta, () => artifacts.image(delta)],
    [module, () => artifacts.functions({ module, count: 1 })],
  ] as const) {
    const bytes = await readFile(path);
    const damaged = Buffer.from(bytes);
    damaged[bytes.length - 1]! ^= 1;
    await writeFile(path, damaged);
    expect(read).toThrow(BlobCorrupt);
    await rm(path);
    expect(read).toThrow(BlobCorrupt);
    await writeFile(path, bytes);
    read();
  }
});

test("a tenant's functions are compiled once", async () => {
  const artifacts = new Artifacts();
  const module = await tenants.store(await wat('(module (func (export "f")))'));
  const functions = artifacts.functions({ module, count: 3 });
  expect(functions).toMatchObject({ key: module.key, count: 3 });
  expect(WebAssembly.Module.exports(functions.module)).toEqual([{ name: "f", kind: "function" }]);
  expect(artifacts.functions({ module, count: 3 })).toBe(functions);
});

test("glue is evaluated once", async () => {
  const artifacts = new Artifacts();
  const { glue } = await tenants.deploy("shop", "export default () => new Response()");
  expect(await artifacts.glue(glue)).toBe(await artifacts.glue(glue));
});

import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BlobFiles, sha256 } from "./blobs.ts";

let folder: string;
let blobs: BlobFiles;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-blobs-"));
  blobs = await BlobFiles.open(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const pathOf = (name: string) => join(folder, name.slice(0, 2), name);

test("a blob is a file named by its hash", async () => {
  const bytes = randomBytes(1000);
  const name = await blobs.put(bytes);
  expect(name).toBe(sha256(bytes));
  expect(await readFile(pathOf(name))).toEqual(bytes);
  expect(Buffer.from(await blobs.get(name))).toEqual(bytes);
});

test("the empty blob is a blob", async () => {
  expect((await blobs.get(await blobs.put(new Uint8Array()))).length).toBe(0);
});

test("putting the same bytes many times at once leaves one file", async () => {
  const bytes = randomBytes(100_000);
  const names = await Promise.all(Array.from({ length: 20 }, () => blobs.put(bytes)));
  expect(new Set(names).size).toBe(1);
  expect(await readdir(join(folder, names[0]!.slice(0, 2)))).toEqual([names[0]]);
});

test("a missing blob is an error that names it", async () => {
  const name = sha256(Buffer.from("never put"));
  await expect(blobs.get(name)).rejects.toMatchObject({ code: "PLINTH_BLOB_CORRUPT", details: { blob: name } });
  await expect(blobs.expect([name])).rejects.toMatchObject({ code: "PLINTH_BLOB_CORRUPT" });
});

test("a damaged blob is noticed, and putting it again heals it", async () => {
  const bytes = randomBytes(1000);
  const name = await blobs.put(bytes);
  await truncate(pathOf(name), 999);
  await expect(blobs.get(name)).rejects.toMatchObject({ code: "PLINTH_BLOB_CORRUPT" });
  await blobs.put(bytes);
  expect(Buffer.from(await blobs.get(name))).toEqual(bytes);
});

test("the sweep removes unreferenced blobs and unfinished files and nothing else", async () => {
  const kept = await blobs.put(randomBytes(10));
  const dropped = await blobs.put(randomBytes(10));
  const shard = join(folder, dropped.slice(0, 2));
  await writeFile(join(shard, ".tmp-1-1"), "half");
  await writeFile(join(shard, "README"), "an operator's note");
  expect(await blobs.sweep(new Set([kept]), false)).toEqual({ removed: 2, missing: [] });
  await blobs.get(kept);
  await expect(blobs.get(dropped)).rejects.toMatchObject({ code: "PLINTH_BLOB_CORRUPT" });
  expect(await readdir(shard)).toContain("README");
});

test("the sweep names the blobs that are missing, and removes no other blob for that unless it may", async () => {
  const [kept, dropped] = [await blobs.put(randomBytes(10)), await blobs.put(randomBytes(10))];
  await writeFile(join(folder, kept.slice(0, 2), ".tmp-1-1"), "half");
  const missing = sha256(Buffer.from("never put"));
  expect(await blobs.sweep(new Set([kept, missing]), false)).toEqual({ removed: 1, missing: [missing] });
  await blobs.get(dropped);
  expect(await blobs.sweep(new Set([kept, missing]), true)).toEqual({ removed: 1, missing: [missing] });
  await blobs.get(kept);
  await expect(blobs.get(dropped)).rejects.toMatchObject({ code: "PLINTH_BLOB_CORRUPT" });
});

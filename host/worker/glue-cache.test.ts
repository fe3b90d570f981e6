import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BlobCorrupt } from "../blobs/read-blob.ts";
import { glueText, loadGlue } from "../component/glue/glue.ts";
import { GlueCache } from "./glue-cache.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-glue-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A blob of glue with a comment: a name, and so many characters more. */
async function write(name: string, comment = 0) {
  const text = glueText(`module.exports.instantiate = () => ({}); // ${name}${"x".repeat(comment)}`, [], false);
  const key = createHash("sha256").update(text).digest("hex");
  const path = join(folder, key);
  await writeFile(path, text);
  return { key, path };
}

test("glue is evaluated once while it is kept", async () => {
  const cache = new GlueCache(loadGlue);
  const ref = await write("a");
  const glue = cache.take(ref);
  expect(glue.instantiate).toBeTypeOf("function");
  expect(cache.take(ref)).toBe(glue);
});

test("glue that is damaged is not evaluated", async () => {
  const cache = new GlueCache(() => expect.unreachable());
  const ref = await write("a");
  await writeFile(ref.path, glueText("module.exports.instantiate = () => ({ other: true });", [], false));
  expect(() => cache.take(ref)).toThrow(BlobCorrupt);
});

test("with one entry too many, the one that was not used for longest goes", async () => {
  const cache = new GlueCache(loadGlue, { entries: 2, characters: 1_000_000 });
  const [a, b, c] = [await write("a"), await write("b"), await write("c")];
  const [first, second] = [cache.take(a), cache.take(b)];
  expect(cache.take(a)).toBe(first);
  cache.take(c);
  expect(cache.take(a)).toBe(first);
  expect(cache.take(b)).not.toBe(second);
});

test("with too many characters, entries go although there are few", async () => {
  const cache = new GlueCache(loadGlue, { entries: 64, characters: 25_000 });
  const [a, b] = [await write("a", 10_000), await write("b", 10_000)];
  const [first, second] = [cache.take(a), cache.take(b)];
  cache.take(await write("c", 10_000));
  expect(cache.take(b)).toBe(second);
  expect(cache.take(a)).not.toBe(first);
});

test("glue that is larger than all the room runs and is not kept", async () => {
  const cache = new GlueCache(loadGlue, { entries: 64, characters: 5_000 });
  const [small, large] = [await write("a"), await write("b", 10_000)];
  const kept = cache.take(small);
  expect(cache.take(large).instantiate).toBeTypeOf("function");
  expect(cache.take(large)).not.toBe(cache.take(large));
  expect(cache.take(small)).toBe(kept);
});

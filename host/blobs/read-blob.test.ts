import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlobCorrupt, readBlob, readBlobSync } from "./read-blob.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-read-blob-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function blob(bytes: Uint8Array) {
  const key = createHash("sha256").update(bytes).digest("hex");
  const path = join(folder, key);
  await writeFile(path, bytes);
  return { key, path };
}

describe.each([
  ["readBlob", readBlob],
  ["readBlobSync", async (ref: Parameters<typeof readBlobSync>[0]) => readBlobSync(ref)],
])("%s", (_, read) => {
  test.each([0, 1, 4096, 1_000_000])("gives the bytes, %s of them", async (size) => {
    const bytes = randomBytes(size);
    expect(Buffer.compare(await read(await blob(bytes)), bytes)).toBe(0);
  });

  test("gives nothing of a file in which one bit is another", async () => {
    const bytes = randomBytes(500);
    const ref = await blob(bytes);
    for (let at = 0; at < bytes.length; at += 97) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1 << (at % 8);
      await writeFile(ref.path, damaged);
      const error = await read(ref).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(BlobCorrupt);
      expect(error).toMatchObject({ blob: ref.key });
    }
    await writeFile(ref.path, bytes);
    expect(Buffer.compare(await read(ref), bytes)).toBe(0);
  });

  test("says so of one that was cut off, or is gone", async () => {
    const ref = await blob(randomBytes(500));
    await truncate(ref.path, 499);
    await expect(read(ref)).rejects.toThrow(BlobCorrupt);
    await rm(ref.path);
    await expect(read(ref)).rejects.toThrow(BlobCorrupt);
  });

  test("leaves an error as it is that tells nothing of the blob", async () => {
    await mkdir(join(folder, "a folder"));
    const failure = read({ key: "0".repeat(64), path: join(folder, "a folder") });
    await expect(failure).rejects.toMatchObject({ code: "EISDIR" });
    await expect(failure).rejects.not.toBeInstanceOf(BlobCorrupt);
  });
});

/** Random damage of files: what a disk, a crash of the machine or a slip of the operator does to a folder. */
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";

const kinds = ["flip", "noise", "zeros", "cut", "empty", "longer", "gone"] as const;

export interface Damage {
  readonly file: string;
  readonly kind: (typeof kinds)[number];
  /** Where in the file, from 0 to 1. */
  readonly at: number;
  readonly noise: Uint8Array;
}

/** Bytes of zeros, as a lost page of a file system. */
const PAGE_BYTES = 4096;

/** One to three damages of some of the files. The same seed gives the same damages. */
export function damagesOf(files: readonly string[], seed: number): readonly Damage[] {
  // Databases have many kinds of pages. A list of all files would have blobs in it, more than anything else.
  const some = fc.oneof(
    fc.constantFrom(...files.filter((file) => file.includes(".sqlite"))),
    fc.constantFrom(...files.filter((file) => !file.includes("/"))),
    fc.constantFrom(...files),
  );
  const damage = fc.record({
    file: some,
    kind: fc.constantFrom(...kinds),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    noise: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  });
  return fc.sample(fc.array(damage, { minLength: 1, maxLength: 3 }), { seed, numRuns: 1 })[0]!;
}

export async function inflict({ file, kind, at, noise }: Damage, folder: string): Promise<void> {
  const path = join(folder, file);
  if (kind === "gone") return rm(path, { force: true });
  const bytes = await readFile(path).catch(() => null);
  // An earlier damage has removed it.
  if (bytes === null) return;
  const offset = Math.floor(at * bytes.length);
  if (kind === "cut") return truncate(path, offset);
  if (kind === "empty") return truncate(path, 0);
  if (kind === "longer") return writeFile(path, Buffer.concat([bytes, noise]));
  if (kind === "flip") {
    if (offset < bytes.length) bytes[offset]! ^= 1 << (noise[0]! & 7);
  } else if (kind === "zeros") bytes.fill(0, offset, Math.min(offset + PAGE_BYTES, bytes.length));
  else bytes.set(noise.subarray(0, bytes.length - offset), offset);
  return writeFile(path, bytes);
}

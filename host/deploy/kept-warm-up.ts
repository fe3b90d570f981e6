/** Keeps prepared warm-up programs in files, so that a host's start need not load the thread that prepares uploads. */
import { hash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import manifest from "../../package.json" with { type: "json" };
import type { Runtime } from "../runtime/runtime.ts";
import type { PreparedSlim } from "./prepared.ts";

/** The part of a prepared program that a slot needs. */
export type WarmUp = Pick<PreparedSlim, "runtime" | "glue" | "delta" | "functions" | "globals" | "pages">;

/** Bytes of the hash that a file begins with, by which a damaged file counts as missing. */
const HASH_BYTES = 32;

/**
 * Gives the warm-up program of a runtime from a file, or prepares it and keeps it. A file can always be made again, so it
 * is not made durable.
 *
 * @param isFresh whether the file is passed over and made again
 */
export async function keptWarmUp(
  folder: string,
  { key, build, warmUpComponent }: Runtime,
  isFresh: boolean,
  prepare: () => Promise<WarmUp>,
): Promise<WarmUp> {
  const name = hash("sha256", JSON.stringify([manifest.version, key, build, hash("sha256", warmUpComponent!)]));
  const file = join(folder, `warm-up-${name}.bin`);
  const kept = isFresh ? undefined : await readFile(file).then(unsealed, () => undefined);
  if (kept !== undefined) return kept;
  const { runtime, glue, delta, functions, globals, pages } = await prepare();
  const made = { runtime, glue, delta, functions, globals, pages };
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, sealed(serialize(made)));
  await rename(temporary, file);
  return made;
}

function sealed(contents: Buffer): Buffer {
  return Buffer.concat([hash("sha256", contents, "buffer"), contents]);
}

/** @returns undefined if the bytes are not what `sealed` has made */
function unsealed(file: Buffer): WarmUp | undefined {
  const contents = file.subarray(HASH_BYTES);
  return hash("sha256", contents, "buffer").equals(file.subarray(0, HASH_BYTES)) ? deserialize(contents) : undefined;
}

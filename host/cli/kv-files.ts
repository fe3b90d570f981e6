/** Reads many keys and values from files, in portions that the admin API takes. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { BULK_BODY_BYTES, BULK_KEYS } from "../bindings/kv/limits.ts";
import { plinthError } from "../errors.ts";
import type { KvPair } from "./api-kv.ts";

/** @throws PLINTH_USAGE if the text is no JSON array of objects */
export async function pairsFromFile(file: string): Promise<readonly KvPair[]> {
  const entries = await arrayFrom(file);
  if (entries.every((entry) => typeof entry === "object" && entry !== null)) return entries as readonly KvPair[];
  throw plinthError("PLINTH_USAGE", [`${file} should hold an array of objects with a key and a value`]);
}

/** @throws PLINTH_USAGE if the text is no JSON array of keys, or of objects with a key */
export async function keysFromFile(file: string): Promise<readonly string[]> {
  return (await arrayFrom(file)).map((entry) => {
    const key = typeof entry === "object" && entry !== null && "key" in entry ? entry.key : entry;
    if (typeof key === "string") return key;
    throw plinthError("PLINTH_USAGE", [`${file} should hold an array of keys, or of objects with a key`]);
  });
}

/**
 * Reads pairs from a folder. A key is a file's path from the folder, with slashes. Names that begin with a dot are left
 * out.
 */
export async function pairsFromFolder(folder: string): Promise<readonly KvPair[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs: KvPair[] = [];
  for (const file of files.sort()) {
    const key = relative(folder, file).split(sep).join("/");
    if (/(^|\/)\./.test(key)) continue;
    const value = (await readFile(file)).toString("base64");
    pairs.push({ key, value, base64: true });
  }
  return pairs;
}

/**
 * Divides entries into requests, by their number and their bytes of JSON. An entry that is too large goes alone.
 */
export function* batches<Entry>(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let bytes = 2;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (batch.length > 0 && (batch.length === BULK_KEYS || bytes + size > BULK_BODY_BYTES)) {
      yield batch;
      batch = [];
      bytes = 2;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function arrayFrom(file: string): Promise<readonly unknown[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw plinthError("PLINTH_USAGE", [`cannot read JSON from ${file}: ${(error as Error).message}`]);
  }
  if (Array.isArray(value)) return value;
  throw plinthError("PLINTH_USAGE", [`${file} does not hold a JSON array`]);
}

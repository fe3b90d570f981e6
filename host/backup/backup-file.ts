/** A backup is a folder like a data folder, with `backup.json`. That file is written last and lists the others. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Check, type Static, Type } from "#typebox";

export const BACKUP_FILE = "backup.json";
export const BACKUP_FORMAT = 1;
const BLOBS = "blobs";
export const REGISTRY = "registry.sqlite";

/**
 * The databases in the order in which they are copied. The registry is the last one, because the blobs that it names are
 * copied right after it, before their versions can be deleted.
 */
export const DATABASES = ["kv.sqlite", "crons.sqlite", REGISTRY] as const;
export const LOGS = "logs.sqlite";
/** The keys of the tenants' secrets, one a line (host/bindings/vars/key-file.ts). */
export const KEYS = "secret-key";
/** Small files. Their permissions are kept. */
export const FILES = [KEYS, "admin-token", "plinth.config.json"] as const;

const backupSchema = Type.Object({
  format: Type.Literal(BACKUP_FORMAT),
  /** Version of the Plinth that has made the backup. */
  plinth: Type.String(),
  createdAt: Type.String(),
  /** SHA-256 of each file but the blobs, whose names are their hashes. */
  files: Type.Record(Type.String(), Type.String({ pattern: "^[0-9a-f]{64}$" })),
  blobs: Type.Integer({ minimum: 0 }),
});

export type Backup = Static<typeof backupSchema>;

/** @returns undefined if the folder has none, or none that this version reads */
export async function readBackup(folder: string): Promise<Backup | undefined> {
  const text = await readFile(join(folder, BACKUP_FILE), "utf8").catch(() => "null");
  const value: unknown = JSON.parse(text);
  return Check(backupSchema, value) ? value : undefined;
}

export async function isEmptyOrMissing(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length === 0;
}

export async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** The path of a blob: it lies in the folder of the first two digits of its name. */
export function blobPath(folder: string, name: string): string {
  return join(folder, BLOBS, name.slice(0, 2), name);
}

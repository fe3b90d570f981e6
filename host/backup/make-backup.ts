/** Copies a data folder while a host may be serving from it. */
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { backup as copyDatabase, DatabaseSync } from "node:sqlite";
import { type PlinthError, plinthError } from "../errors.ts";
import { sha256 } from "../store/blobs.ts";
import { writeFileDurably } from "../store/files.ts";
import {
  BACKUP_FILE,
  BACKUP_FORMAT,
  type Backup,
  blobPath,
  DATABASES,
  FILES,
  hashOf,
  isEmptyOrMissing,
  KEYS,
  LOGS,
  REGISTRY,
  readBackup,
} from "./backup-file.ts";

export interface BackupOptions {
  /** The data folder. */
  readonly from: string;
  /** A folder that does not exist, is empty, or has an earlier backup, whose blobs are not copied again. */
  readonly to: string;
  /** Whether the backup has the tenants' logs. */
  readonly logs: boolean;
  /** Version of this Plinth. */
  readonly plinth: string;
  onProgress(line: string): void;
}

/** All pages are copied in one step. A step sees one state; a copy in several starts again after each change. */
const ALL_PAGES = 2 ** 31 - 1;
/** Copies of the registry. If a version is deleted meanwhile, its blobs go, and the registry is copied again. */
const TRIES = 5;

/** @throws PlinthError PLINTH_BACKUP */
export async function makeBackup({ from, to, logs, plinth, onProgress }: BackupOptions): Promise<Backup> {
  if (!existsSync(join(from, REGISTRY))) throw failed(to, `${from} is not a host's data folder`);
  if (!(await isEmptyOrMissing(to)) && (await readBackup(to)) === undefined)
    throw failed(to, "the folder has something else in it");
  await mkdir(to, { recursive: true, mode: 0o700 });
  // A backup that is broken off must not count as one, even if the folder had a whole one before.
  await rm(join(to, BACKUP_FILE), { force: true });
  const keysBefore = await readFile(join(from, KEYS), "utf8").catch(() => "");
  const files: Record<string, string> = {};
  for (const name of [...(logs ? [LOGS] : []), ...DATABASES]) {
    if (!existsSync(join(from, name))) continue;
    onProgress(`copying ${name}`);
    files[name] = await copy(join(from, name), join(to, name));
  }
  const blobs = await copyBlobs(from, to, onProgress, async () => {
    files[REGISTRY] = await copy(join(from, REGISTRY), join(to, REGISTRY));
  });
  for (const name of FILES) {
    const found = await readFile(join(from, name)).catch(() => undefined);
    if (found === undefined) continue;
    const bytes = name === KEYS ? withEarlierKeys(found, keysBefore) : found;
    await writeFileDurably(join(to, name), bytes, 0o600);
    files[name] = sha256(bytes);
  }
  const made: Backup = { format: BACKUP_FORMAT, plinth, createdAt: new Date().toISOString(), files, blobs };
  await writeFileDurably(join(to, BACKUP_FILE), Buffer.from(`${JSON.stringify(made, null, 2)}\n`));
  return made;
}

/** Adds keys that a rotation has removed during the backup: the registry's copy may have secrets from before it. */
function withEarlierKeys(file: Buffer, before: string): Buffer {
  const now = linesOf(file.toString());
  const gone = linesOf(before).filter((key) => !now.includes(key));
  return gone.length === 0 ? file : Buffer.from([...now, ...gone].map((key) => `${key}\n`).join(""));
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** Copies one state of the database by SQLite's own means, even if others write meanwhile. @returns SHA-256 of the copy */
async function copy(from: string, to: string): Promise<string> {
  const unfinished = `${to}.new`;
  await rm(unfinished, { force: true });
  const database = new DatabaseSync(from, { readOnly: true, timeout: 10_000 });
  try {
    await copyDatabase(database, unfinished, { rate: ALL_PAGES });
  } finally {
    database.close();
  }
  await chmod(unfinished, 0o600);
  await rename(unfinished, to);
  return hashOf(to);
}

/** @returns how many blobs the registry's copy names */
async function copyBlobs(
  from: string,
  to: string,
  onProgress: (line: string) => void,
  copyRegistryAgain: () => Promise<void>,
): Promise<number> {
  for (let left = TRIES; left > 0; left--) {
    const names = blobsOf(join(to, REGISTRY));
    onProgress(`copying ${names.length} blobs`);
    const missing: string[] = [];
    for (const name of names) if (!(await copyBlob(from, to, name))) missing.push(name);
    if (missing.length === 0) return names.length;
    await copyRegistryAgain();
    const stillNamed = new Set(blobsOf(join(to, REGISTRY)));
    const lost = missing.filter((name) => stillNamed.has(name));
    if (lost.length > 0) throw failed(to, `stored files are missing or damaged: ${lost.join(", ")}`);
  }
  throw failed(to, "versions are deleted faster than they are copied");
}

/** @returns false if the blob is missing, or its bytes have another hash than its name */
async function copyBlob(from: string, to: string, name: string): Promise<boolean> {
  const target = blobPath(to, name);
  if (existsSync(target)) return true;
  const bytes = await readFile(blobPath(from, name)).catch(() => undefined);
  if (bytes === undefined || sha256(bytes) !== name) return false;
  await mkdir(dirname(target), { recursive: true });
  await writeFileDurably(target, bytes);
  return true;
}

/** The blobs that a registry's versions name. */
export function blobsOf(registry: string): string[] {
  const database = new DatabaseSync(registry, { readOnly: true });
  try {
    return database
      .prepare("SELECT DISTINCT blob FROM version_blobs ORDER BY blob")
      .all()
      .map(({ blob }) => String(blob));
  } finally {
    database.close();
  }
}

function failed(to: string, reason: string): PlinthError {
  return plinthError("PLINTH_BACKUP", [to, reason], { details: { folder: to } });
}

/** Makes a data folder of a backup. A host that starts with it goes on where the backup was made. */
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type PlinthError, plinthError } from "../errors.ts";
import { syncFolder } from "../store/files.ts";
import { type Backup, blobPath, hashOf, isEmptyOrMissing, REGISTRY, readBackup } from "./backup-file.ts";
import { blobsOf } from "./make-backup.ts";

/**
 * @param from the backup
 * @param to a folder that does not exist, or is empty
 * @throws PlinthError PLINTH_RESTORE; then there is nothing at `to`
 */
export async function restoreBackup(from: string, to: string): Promise<Backup> {
  const backup = await readBackup(from).catch(() => undefined);
  if (backup === undefined) throw failed(from, "it has no backup.json that this version reads, so it is not whole");
  if (!(await isEmptyOrMissing(to)))
    throw failed(from, `${to} is not empty. Restore to another folder, or move it away`);
  for (const [name, hash] of Object.entries(backup.files)) await expectHash(from, join(from, name), hash);
  // The folder is made beside its place and then renamed, so that it is there as a whole or not at all.
  const unfinished = `${resolve(to)}.restoring`;
  await rm(unfinished, { recursive: true, force: true });
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    for (const name of Object.keys(backup.files)) await copyFile(join(from, name), join(unfinished, name));
    for (const name of blobsOf(join(unfinished, REGISTRY))) {
      const target = blobPath(unfinished, name);
      await mkdir(dirname(target), { recursive: true });
      await expectHash(from, blobPath(from, name), name);
      await copyFile(blobPath(from, name), target);
    }
    for (const suffix of ["-wal", "-shm"]) await rm(join(unfinished, REGISTRY + suffix), { force: true });
    await syncFolder(unfinished);
    await rm(to, { recursive: true, force: true });
    await rename(unfinished, to);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(dirname(resolve(to)));
  return backup;
}

async function expectHash(backup: string, file: string, hash: string): Promise<void> {
  const found = await hashOf(file).catch(() => "missing");
  if (found !== hash) throw failed(backup, `${file} is missing or damaged`);
}

function failed(from: string, reason: string): PlinthError {
  return plinthError("PLINTH_RESTORE", [from, reason], { details: { backup: from } });
}

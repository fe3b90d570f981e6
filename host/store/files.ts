import { open, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Beginning of the names of files that a writer has not finished; a crash leaves them behind. */
export const temporaryPrefix = ".tmp-";

let serial = 0;

/**
 * Writes a whole file so that a crash of the process or of the machine leaves all of the bytes, or what was there
 * before: no file, or the previous one. The steps are a temporary name in the same folder, fsync, rename, and fsync of
 * the folder.
 *
 * @param mode permissions of the file, 0644 if not given
 */
export async function writeFileDurably(path: string, bytes: Uint8Array, mode = 0o644): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryPrefix}${process.pid}-${serial++}`);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** Makes the folder's entries (new, renamed, removed) durable. If the platform cannot open folders, it does nothing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

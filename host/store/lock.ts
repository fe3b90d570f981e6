import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { plinthError } from "../errors.ts";

/**
 * Takes the data folder for this process: an exclusive transaction, held open, on an empty SQLite database beside the
 * registry. The kernel lets go of the lock when the process ends, however it ends, so that there is no stale lock to
 * clean up; and since the registry itself stays unlocked, `sqlite3 registry.sqlite .backup` works on a running host.
 *
 * @returns the lock, let go of by disposal
 * @throws PLINTH_DATA_LOCKED
 */
export function lockFolder(folder: string): Disposable {
  // No waiting: whoever holds it holds it for as long as it runs.
  const database = new DatabaseSync(join(folder, "lock.sqlite"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (isBusy(error)) throw plinthError("PLINTH_DATA_LOCKED", [folder], { details: { folder }, cause: error });
    throw error;
  }
  return { [Symbol.dispose]: () => database.close() };
}

/** SQLITE_BUSY of https://sqlite.org/rescode.html, without its extensions in the upper bytes. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === 5;
}

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { plinthError } from "../errors.ts";
import { databaseError, SQLITE_BUSY, sqliteCode } from "../sqlite/database-error.ts";

/**
 * Takes the data folder for this process by an exclusive transaction, held open, on an empty SQLite database beside the
 * registry. The kernel lets go of the lock when the process ends in any way, so there is no stale lock to clean up. The
 * registry itself stays unlocked, so `sqlite3 registry.sqlite .backup` works on a running host.
 *
 * @returns the lock, let go of by disposal
 * @throws PlinthError PLINTH_DATA_LOCKED, PLINTH_DATABASE
 */
export function lockFolder(folder: string): Disposable {
  // There is no waiting: a process holds the lock for as long as it runs.
  const file = join(folder, "lock.sqlite");
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // A journal in memory, because one in a file would need room on the disk.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (sqliteCode(error) !== SQLITE_BUSY) throw databaseError(file, error);
    throw plinthError("PLINTH_DATA_LOCKED", [folder], { details: { folder }, cause: error });
  }
  return { [Symbol.dispose]: () => database.close() };
}

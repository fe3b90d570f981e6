import { PlinthError, plinthError } from "../errors.ts";

/** Codes of https://sqlite.org/rescode.html. BUSY: another connection holds a lock. */
export const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
/** The disk has no room for the index of the write-ahead log. */
const SQLITE_IOERR_SHMSIZE = 4874;

/** @returns SQLite's result code without the extensions in its upper bytes; null if the error is not SQLite's */
export function sqliteCode(error: unknown): number | null {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : null;
}

/**
 * Adds the file's name, which SQLite's errors lack.
 *
 * @returns PLINTH_DATABASE or PLINTH_DISK_FULL; any other error as it is
 */
export function databaseError(file: string, error: unknown): unknown {
  if (sqliteCode(error) === null) return error;
  if (isFull(error)) return plinthError("PLINTH_DISK_FULL", [], { details: { file }, cause: error });
  return plinthError("PLINTH_DATABASE", [file, (error as Error).message], { details: { file }, cause: error });
}

/** Whether a database cannot be used for now, because the file is damaged or the disk is full. */
export function isUnusable(error: unknown): error is PlinthError {
  return error instanceof PlinthError && (error.code === "PLINTH_DATABASE" || error.code === "PLINTH_DISK_FULL");
}

export function isFull(error: unknown): boolean {
  if (error instanceof PlinthError) return error.code === "PLINTH_DISK_FULL";
  return sqliteCode(error) === SQLITE_FULL || (error as { errcode?: number }).errcode === SQLITE_IOERR_SHMSIZE;
}

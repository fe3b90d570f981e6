import { plinthError } from "../errors.ts";

/** SQLITE_BUSY of https://sqlite.org/rescode.html: another connection holds a lock. */
export const SQLITE_BUSY = 5;

/** @returns SQLite's result code without the extensions in its upper bytes; null if the error is not SQLite's */
export function sqliteCode(error: unknown): number | null {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : null;
}

/** Adds the file's name, which SQLite's errors lack. @returns any other error as it is */
export function databaseError(file: string, error: unknown): unknown {
  if (sqliteCode(error) === null) return error;
  return plinthError("PLINTH_DATABASE", [file, (error as Error).message], { details: { file }, cause: error });
}

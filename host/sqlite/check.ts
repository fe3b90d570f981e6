import type { DatabaseSync } from "node:sqlite";
import { plinthError } from "../errors.ts";
import { databaseError } from "./database-error.ts";

/**
 * Looks for damage in the whole file, because SQLite notices damage only where it reads. The check takes some 2 ms for
 * each MB.
 *
 * @throws PlinthError PLINTH_DATABASE
 */
export function checkDatabase(database: DatabaseSync, file: string): void {
  try {
    const { quick_check: found } = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
    if (found !== "ok") throw plinthError("PLINTH_DATABASE", [file, found], { details: { file } });
  } catch (error) {
    throw databaseError(file, error);
  }
}

import type { DatabaseSync } from "node:sqlite";
import { plinthError } from "../errors.ts";
import { databaseError } from "./database-error.ts";

/**
 * Looks for damage in the whole file, or in one of its tables: SQLite itself meets it only where it reads, and has no
 * checksums. A name stands in several places (a table, its indexes, the rows that refer to it), so one that has changed
 * in a single place is found, too. Some 10 ms for each MB.
 *
 * @throws PlinthError PLINTH_DATABASE
 */
export function checkDatabase(database: DatabaseSync, file: string, table?: string): void {
  const damaged = (found: string) => plinthError("PLINTH_DATABASE", [file, found], { details: { file } });
  try {
    const { integrity_check: found } = database.prepare(`PRAGMA integrity_check(${table ?? 1})`).get() as {
      integrity_check: string;
    };
    if (found !== "ok") throw damaged(found);
    const stray = database.prepare(`PRAGMA foreign_key_check${table === undefined ? "" : `(${table})`}`).get() as
      | { table: string; parent: string }
      | undefined;
    if (stray !== undefined) throw damaged(`a row of ${stray.table} has lost its row of ${stray.parent}`);
  } catch (error) {
    throw databaseError(file, error);
  }
}

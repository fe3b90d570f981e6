import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { plinthError } from "../errors.ts";

/**
 * Brings a database to the newest format (`PRAGMA user_version`). Each step runs in its own transaction.
 *
 * @param file the database's path, for the error
 * @throws PlinthError PLINTH_DATA_VERSION if a newer Plinth has written the database
 */
export function migrate(database: DatabaseSync, file: string, steps: readonly string[]): void {
  const { user_version: found } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (found > steps.length) {
    throw plinthError("PLINTH_DATA_VERSION", [dirname(file), found, steps.length], { details: { file } });
  }
  for (let format = found; format < steps.length; format++) {
    database.exec(`BEGIN IMMEDIATE; ${steps[format]} PRAGMA user_version = ${format + 1}; COMMIT;`);
  }
}

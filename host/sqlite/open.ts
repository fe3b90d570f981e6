/** The one way to open a database of the data folder for writing. */
import { DatabaseSync } from "node:sqlite";
import { databaseError } from "./database-error.ts";
import { migrate } from "./migrate.ts";

export interface DatabaseOptions {
  /** Step N brings a file of format N to N + 1. A released step is never edited: a change is a new step at the end. */
  readonly steps: readonly string[];
  /**
   * How safe a commit is in WAL mode. FULL: a commit returns when the disk has it. NORMAL: a power failure may undo the
   * last commits but leaves the file whole.
   */
  readonly synchronous: "FULL" | "NORMAL";
  /** Time that a statement waits for another connection's lock, ms. Default 0. */
  readonly timeoutMs?: number;
}

/**
 * Makes the file if it does not exist, and brings it to the newest format.
 *
 * @throws PlinthError PLINTH_DATA_VERSION if a newer Plinth has written the file; PLINTH_DATABASE if it cannot be used
 */
export function openDatabase(file: string, { steps, synchronous, timeoutMs = 0 }: DatabaseOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: timeoutMs });
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
    migrate(database, file, steps);
    return database;
  } catch (error) {
    database?.close();
    throw databaseError(file, error);
  }
}

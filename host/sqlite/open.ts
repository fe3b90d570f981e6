/** The one way to open a database of the data folder for writing. */
import { DatabaseSync } from "node:sqlite";
import { databaseError } from "./database-error.ts";
import { migrate } from "./migrate.ts";

export interface DatabaseOptions {
  /** Step N brings a file of format N to N + 1; a step that has been released is never edited, a change is a new step at the end. */
  readonly steps: readonly string[];
  /**
   * Of commits in WAL mode. FULL: a commit returns when the disk has it. NORMAL: a power failure may take the last commits along,
   * and leaves the file whole.
   */
  readonly synchronous: "FULL" | "NORMAL";
  /** How long a statement waits for another connection's lock, ms; 0 if not given. */
  readonly timeoutMs?: number;
}

/**
 * Makes the file where there is none, and brings it to the newest format.
 *
 * @throws PlinthError PLINTH_DATA_VERSION where a newer Plinth has written it; PLINTH_DATABASE where it cannot be used
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

/**
 * Keeps the write-ahead log small. SQLite would do this in the middle of a commit, and the commit's callers would wait.
 * The writer does it after it has answered them.
 */
import type { DatabaseSync } from "node:sqlite";

/** Pages of log (4 KiB each) that are put into the file together. */
const CHECKPOINT_PAGES = 1_000;

/**
 * From this number of pages on, the writer waits until no reader uses the log, so that the log begins anew. Otherwise it
 * would grow for as long as there is always a reader.
 */
export const RESTART_PAGES = 16_000;

export function checkpoint(database: DatabaseSync): void {
  // NOOP only gives the numbers: `log` counts the pages in the log, `checkpointed` those that are in the file, too.
  const { log, checkpointed } = run(database, "NOOP");
  if (log > RESTART_PAGES) run(database, "TRUNCATE");
  else if (log - checkpointed > CHECKPOINT_PAGES) run(database, "PASSIVE");
}

function run(database: DatabaseSync, mode: string): { log: number; checkpointed: number } {
  return database.prepare(`PRAGMA wal_checkpoint(${mode})`).get() as { log: number; checkpointed: number };
}

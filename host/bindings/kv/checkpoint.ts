/**
 * Keeps the write-ahead log small. SQLite would do it in the middle of a commit, whose writers would wait for it; here the
 * writer does it after it has answered them.
 */
import type { DatabaseSync } from "node:sqlite";

/** Pages of log (4 KiB each) that are put into the file together. */
const CHECKPOINT_PAGES = 1_000;

/**
 * Pages of log from which on the writer waits until no reader uses it, so that it begins anew. Otherwise it would grow for
 * as long as at every moment somebody reads.
 */
export const RESTART_PAGES = 16_000;

export function checkpoint(database: DatabaseSync): void {
  // NOOP: the numbers alone. `log`: pages in the log. `checkpointed`: those of them that are in the file, too.
  const { log, checkpointed } = run(database, "NOOP");
  if (log > RESTART_PAGES) run(database, "TRUNCATE");
  else if (log - checkpointed > CHECKPOINT_PAGES) run(database, "PASSIVE");
}

function run(database: DatabaseSync, mode: string): { log: number; checkpointed: number } {
  return database.prepare(`PRAGMA wal_checkpoint(${mode})`).get() as { log: number; checkpointed: number };
}

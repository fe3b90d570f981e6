/** The file that KV lives in, and its tables. */
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { plinthError } from "../../errors.ts";

/** Step N brings a file of format N to N + 1; a step that has been released is never edited. */
const steps: readonly string[] = [
  `
  -- AUTOINCREMENT: a namespace of the name of a deleted one gets a number of its own, while the entries of that one are still
  -- being removed.
  CREATE TABLE namespaces (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL UNIQUE,
    created_at  TEXT NOT NULL,
    keys        INTEGER NOT NULL DEFAULT 0,
    bytes       INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE grants (
    namespace  INTEGER NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    tenant     TEXT NOT NULL,
    write      INTEGER NOT NULL,
    PRIMARY KEY (namespace, tenant)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX grants_by_tenant ON grants (tenant);

  -- Namespaces that are gone, and whose entries are not yet.
  CREATE TABLE removed_namespaces (id INTEGER PRIMARY KEY) STRICT;

  -- Without the values: a listing reads nothing but keys and metadata. TEXT is compared by the bytes of UTF-8.
  CREATE TABLE entries (
    namespace   INTEGER NOT NULL,
    key         TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    expiration  INTEGER,
    metadata    TEXT,
    PRIMARY KEY (namespace, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entries_by_expiration ON entries (expiration) WHERE expiration IS NOT NULL;

  -- AUTOINCREMENT makes the revisions: they grow with every put, and none is given twice. New values all go to the end of the
  -- tree.
  CREATE TABLE contents (
    revision  INTEGER PRIMARY KEY AUTOINCREMENT,
    value     BLOB NOT NULL
  ) STRICT;
  `,
];

/** Holding a lock against the writer is only ever a foreign tool, such as a backup with sqlite3. */
const BUSY_TIMEOUT_MS = 100;

/** @param folder the data folder */
export function kvFile(folder: string): string {
  return join(folder, "kv.sqlite");
}

/** The one connection that writes, of the writer thread. Makes the file where there is none. @throws PlinthError PLINTH_DATA_VERSION */
export function openForWriting(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: BUSY_TIMEOUT_MS });
  try {
    // FULL: a commit returns when the log has been synchronised to the disk. The log is put into the file by the writer
    // itself (checkpoint.ts), after it has acknowledged the writes.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;");
    const { user_version: found } = database.prepare("PRAGMA user_version").get() as { user_version: number };
    if (found > steps.length) throw plinthError("PLINTH_DATA_VERSION", [dirname(file), found, steps.length]);
    for (let format = found; format < steps.length; format++) {
      database.exec(`BEGIN IMMEDIATE; ${steps[format]} PRAGMA user_version = ${format + 1}; COMMIT;`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A connection of a thread that reads. The writer has made the file before. */
export function openForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
}

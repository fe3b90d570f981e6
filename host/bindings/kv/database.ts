/** The file that KV lives in, and its tables. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { checkDatabase } from "../../sqlite/check.ts";
import { openDatabase } from "../../sqlite/open.ts";
import type { DataFolder, Identity } from "../../store/data-folder.ts";

const steps: readonly string[] = [
  `
  -- AUTOINCREMENT: a namespace of the name of a deleted one gets a number of its own, while the entries of that one are
  -- still being removed.
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

  -- AUTOINCREMENT makes the revisions: they grow with every put, and none is given twice. New values all go to the end of
  -- the tree.
  CREATE TABLE contents (
    revision  INTEGER PRIMARY KEY AUTOINCREMENT,
    value     BLOB NOT NULL
  ) STRICT;
  `,
  // The data folder knows its KV again by this id (host/store/data-folder.ts).
  `
  CREATE TABLE identity (id TEXT NOT NULL) STRICT;
  INSERT INTO identity VALUES (lower(hex(randomblob(16))));
  `,
  // The number of changes tells the data folder whether its KV is an older copy.
  "ALTER TABLE identity ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;",
];

/**
 * Makes sure that the file can be used, and is the one that the folder had before, if it had one. Makes the file if there
 * is none.
 *
 * @throws PlinthError PLINTH_DATA_FOLDER, PLINTH_DATA_VERSION, PLINTH_DATABASE
 */
export async function claimFile(file: string, folder: DataFolder): Promise<void> {
  await folder.expect(file);
  using database = openForWriting(file);
  // The whole file may have gigabytes. By these names, a start finds namespaces of tenants that are gone, and removes them.
  checkDatabase(database, file, "namespaces");
  const { id, changes } = database.prepare("SELECT id, changes FROM identity").get() as unknown as Required<Identity>;
  await folder.claim(file, { id, changes });
}

/** Only a foreign tool, such as a backup with sqlite3, holds a lock against the writer. */
const BUSY_TIMEOUT_MS = 100;

/** @param folder the data folder */
export function kvFile(folder: string): string {
  return join(folder, "kv.sqlite");
}

/**
 * Opens the one connection that writes, in the writer thread. Makes the file if there is none.
 *
 * @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATABASE
 */
export function openForWriting(file: string): DatabaseSync {
  // FULL: a commit returns when the log has been synchronised to the disk.
  const database = openDatabase(file, { steps, synchronous: "FULL", timeoutMs: BUSY_TIMEOUT_MS });
  // The writer itself puts the log into the file (checkpoint.ts), after it has acknowledged the writes.
  database.exec("PRAGMA wal_autocheckpoint = 0");
  return database;
}

/** Opens a connection for a thread that reads. The writer has made the file before. */
export function openForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
}

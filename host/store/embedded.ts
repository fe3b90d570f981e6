import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { databaseError } from "../sqlite/database-error.ts";
import { BlobFiles } from "./blobs.ts";
import { DataFolder } from "./data-folder.ts";
import { RegistryDatabase } from "./database.ts";
import { EmbeddedStore } from "./embedded-store.ts";
import { syncFolder } from "./files.ts";
import { lockFolder } from "./lock.ts";
import { Reserve } from "./reserve.ts";
import type { Store } from "./store.ts";
import { TenantTable } from "./tenants.ts";
import { VersionTable } from "./versions.ts";

const BLOB_TIMES = { graceMs: 60_000, keepMs: 600_000 };

interface StoreOptions {
  /** Time from a version's deletion to the deletion of its blobs, ms; a minute if not given. */
  readonly graceMs?: number;
  /** Least time from a blob's put to its deletion, ms; ten minutes if not given. */
  readonly keepMs?: number;
}

/**
 * Opens the store of a data folder: the registry in SQLite (`registry.sqlite`), blobs in files (`blobs/`). The folder
 * is made if it is not there. Nothing is removed: `Store.sweep` does that, when the rest of the folder has been
 * checked, too.
 *
 * @throws PLINTH_DATA_LOCKED if another process uses the folder, PLINTH_DATA_VERSION if a newer Plinth has written
 *   it, PLINTH_DATABASE if SQLite cannot use a file, PLINTH_DATA_FOLDER if the files do not belong together
 */
export async function openEmbeddedStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  // The registry holds the tenants' settings and the folder holds the admin token, so no other user may read them.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const open = new DisposableStack();
  const file = RegistryDatabase.file(folder);
  try {
    open.use(lockFolder(folder));
    const reserve = new Reserve(folder);
    reserve.releaseIfNeeded();
    const parts = open.use(await DataFolder.open(folder));
    await parts.expectRegistry(file);
    const noteChanges = (changes: number) => parts.noteChanges(file, changes);
    const database = open.adopt(new RegistryDatabase(folder, reserve, noteChanges), (it) => it.close());
    if (database.isBlank) parts.expectFirstStart(file);
    await parts.claim(file, database.identity);
    parts.expectBlobs(new VersionTable(database, new TenantTable(database)).referencedBlobs().size);
    const blobs = await BlobFiles.open(join(folder, "blobs"));
    await syncFolder(folder);
    return new EmbeddedStore({ folder: parts, database, blobs, reserve }, open, { ...BLOB_TIMES, ...options });
  } catch (error) {
    open.dispose();
    throw databaseError(file, error);
  }
}

import { join } from "node:path";
import { DatabaseSync, type SQLTagStore } from "node:sqlite";
import { migrate } from "./migrations.ts";

/** The registry's SQLite database, with statements prepared once and transactions. */
export class RegistryDatabase {
  /** `sql.get`, `sql.all`, `sql.run` as template tags: every `${value}` is a bound parameter. */
  readonly sql: SQLTagStore;
  readonly #database: DatabaseSync;

  /** @throws PLINTH_DATA_VERSION */
  constructor(folder: string) {
    this.#database = new DatabaseSync(join(folder, "registry.sqlite"), { enableForeignKeyConstraints: true });
    try {
      // FULL: WAL alone keeps the file whole in a power failure, but without it the last commits may be lost.
      this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      migrate(this.#database, folder);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.sql = this.#database.createTagStore();
  }

  /** Runs `work` in a transaction: committed when it returns, undone when it throws. Not nested. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      // A failed COMMIT (disk full) may have ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

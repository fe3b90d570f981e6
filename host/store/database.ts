import { join } from "node:path";
import type { DatabaseSync, SQLTagStore } from "node:sqlite";
import { openDatabase } from "../sqlite/open.ts";
import { transaction } from "../sqlite/transaction.ts";
import { steps } from "./migrations.ts";

/** The registry's SQLite database, with statements prepared once and transactions. */
export class RegistryDatabase {
  /** `sql.get`, `sql.all`, `sql.run` as template tags: every `${value}` is a bound parameter. */
  readonly sql: SQLTagStore;
  readonly #database: DatabaseSync;

  /** @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATABASE */
  constructor(folder: string) {
    // FULL: WAL alone keeps the file whole in a power failure, but without it the last commits may be lost.
    this.#database = openDatabase(join(folder, "registry.sqlite"), { steps, synchronous: "FULL" });
    this.sql = this.#database.createTagStore();
  }

  /** Runs `work` in a transaction, which is committed when `work` returns and undone when it throws. Do not nest it. */
  transaction<Result>(work: () => Result): Result {
    return transaction(this.#database, work);
  }

  close(): void {
    this.#database.close();
  }
}

import { join } from "node:path";
import type { DatabaseSync, SQLTagStore } from "node:sqlite";
import { checkDatabase } from "../sqlite/check.ts";
import { openDatabase } from "../sqlite/open.ts";
import { transaction } from "../sqlite/transaction.ts";
import type { Identity } from "./data-folder.ts";
import { steps } from "./migrations.ts";

/** The registry's SQLite database, with statements prepared once and transactions. */
export class RegistryDatabase {
  /** `sql.get`, `sql.all`, `sql.run` as template tags: every `${value}` is a bound parameter. */
  readonly sql: SQLTagStore;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #onChange: (changes: number) => void;

  static file(folder: string): string {
    return join(folder, "registry.sqlite");
  }

  /**
   * @param onChange is told after each transaction how many there have been
   * @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATABASE
   */
  constructor(folder: string, onChange: (changes: number) => void) {
    this.#file = RegistryDatabase.file(folder);
    this.#onChange = onChange;
    // FULL: WAL alone keeps the file whole in a power failure, but without it the last commits may be lost.
    this.#database = openDatabase(this.#file, { steps, synchronous: "FULL" });
    this.sql = this.#database.createTagStore();
  }

  get identity(): Identity {
    return this.sql.get`SELECT id, changes FROM identity` as unknown as Identity;
  }

  /** Nothing was ever written to it: even a host without tenants has had a token. */
  get isBlank(): boolean {
    const found = this.sql.get`
      SELECT EXISTS (SELECT 1 FROM tenants) + EXISTS (SELECT 1 FROM version_counters) + EXISTS (SELECT 1 FROM tokens)
        AS kinds` as { kinds: number };
    return found.kinds === 0;
  }

  /** Looks for damage that the reads so far have not met. @throws PlinthError PLINTH_DATABASE */
  check(): void {
    checkDatabase(this.#database, this.#file);
  }

  /** Runs `work` in a transaction, which is committed when `work` returns and undone when it throws. Do not nest it. */
  transaction<Result>(work: () => Result): Result {
    let changes = 0;
    const result = transaction(this.#database, () => {
      const done = work();
      ({ changes } = this.sql.get`UPDATE identity SET changes = changes + 1 RETURNING changes` as { changes: number });
      return done;
    });
    this.#onChange(changes);
    return result;
  }

  close(): void {
    this.#database.close();
  }
}

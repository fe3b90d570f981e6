import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { checkDatabase } from "../sqlite/check.ts";
import { databaseError } from "../sqlite/database-error.ts";
import { type GuardedSql, guardedSql } from "../sqlite/guarded-sql.ts";
import { openDatabase } from "../sqlite/open.ts";
import { transaction } from "../sqlite/transaction.ts";
import type { Identity } from "./data-folder.ts";
import { steps } from "./migrations.ts";
import type { Reserve } from "./reserve.ts";

/** The registry's SQLite database, with statements prepared once and transactions. */
export class RegistryDatabase {
  readonly sql: GuardedSql;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #reserve: Reserve;
  readonly #onChange: (changes: number) => void;

  static file(folder: string): string {
    return join(folder, "registry.sqlite");
  }

  /**
   * @param reserve lends room to changes that do not grow the registry
   * @param onChange is told after each transaction how many there have been
   * @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATABASE
   */
  constructor(folder: string, reserve: Reserve, onChange: (changes: number) => void) {
    this.#reserve = reserve;
    this.#file = RegistryDatabase.file(folder);
    this.#onChange = onChange;
    // FULL: WAL alone keeps the file whole in a power failure, but without it the last commits may be lost.
    this.#database = openDatabase(this.#file, { steps, synchronous: "FULL" });
    this.sql = guardedSql(this.#database, this.#file);
  }

  get identity(): Identity {
    return this.sql.get`SELECT id, changes FROM identity` as unknown as Identity;
  }

  /** Whether nothing was ever written to the registry: even a host without tenants has had a token. */
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

  /**
   * Runs `work` in a transaction, which is committed when `work` returns and undone when it throws. Do not nest it.
   *
   * @param grows whether the registry has more afterwards. Such a change fails if the disk is full. For any other
   *   change, `work` may run twice
   */
  transaction<Result>(work: () => Result, grows: boolean): Result {
    const counted = () => ({ result: work(), changes: this.#countChange() });
    const { result, changes } = grows
      ? this.#transact(counted)
      : this.#reserve.lend(this.#database, () => this.#transact(counted));
    this.#onChange(changes);
    return result;
  }

  #countChange(): number {
    return Number(this.sql.get`UPDATE identity SET changes = changes + 1 RETURNING changes`!.changes);
  }

  #transact<Result>(work: () => Result): Result {
    try {
      return transaction(this.#database, work);
    } catch (error) {
      throw databaseError(this.#file, error);
    }
  }

  close(): void {
    this.#database.close();
  }
}

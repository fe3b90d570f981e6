/**
 * The state of the tenants' crons that must outlive the host: the time up to which runs are accounted for, and how the
 * last run ended.
 */
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { checkDatabase } from "../sqlite/check.ts";
import { databaseError, isUnusable } from "../sqlite/database-error.ts";
import { type GuardedSql, guardedSql } from "../sqlite/guarded-sql.ts";
import { openDatabase } from "../sqlite/open.ts";
import { transaction } from "../sqlite/transaction.ts";

const steps: readonly string[] = [
  // IF NOT EXISTS: files from before there was a format have format 0 and this table.
  `
  CREATE TABLE IF NOT EXISTS crons (
    tenant        TEXT NOT NULL,
    cron          TEXT NOT NULL,
    accounted_to  INTEGER NOT NULL,
    last_run      INTEGER,
    last_outcome  TEXT,
    last_ms       INTEGER,
    missed        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, cron)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** A cron's state. Times are ms since the epoch. */
export interface CronRecord {
  readonly tenant: string;
  readonly cron: string;
  /** All times up to this one have led to a run, or are among `missed`. */
  readonly accountedTo: number;
  /** The time that the last run was for. */
  readonly lastRun: number | null;
  /** "running", "ok", "interrupted", an error's code, or "status" and a number. */
  readonly lastOutcome: string | null;
  /** Duration of the last run, ms. */
  readonly lastMs: number | null;
  /** Number of times that led to no run. */
  readonly missed: number;
}

interface Row {
  tenant: string;
  cron: string;
  accounted_to: number;
  last_run: number | null;
  last_outcome: string | null;
  last_ms: number | null;
  missed: number;
}

export class CronTable implements Disposable {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #sql: GuardedSql;

  /** @param folder the data folder; null for a table in memory @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATABASE */
  constructor(folder: string | null) {
    const file = folder === null ? ":memory:" : join(folder, "crons.sqlite");
    this.#file = file;
    // NORMAL: a power failure may lose the records of the last seconds, whose runs are then stated as missed. No run
    // costs an fsync.
    this.#database = openDatabase(file, { steps, synchronous: "NORMAL" });
    this.#sql = guardedSql(this.#database, file);
    try {
      checkDatabase(this.#database, file);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /**
   * Opens the table. If its file is damaged or the disk is full, the crons run without it: the manifests have the crons,
   * and the file has only the outcomes of earlier runs.
   *
   * @param onFault is told of a file that cannot be used
   * @throws PlinthError PLINTH_DATA_VERSION
   */
  static open(folder: string, onFault: (error: unknown) => void): CronTable {
    try {
      return new CronTable(folder);
    } catch (error) {
      if (!isUnusable(error)) throw error;
      onFault(error);
      return new CronTable(null);
    }
  }

  all(): CronRecord[] {
    return (this.#sql.all`SELECT * FROM crons` as unknown as Row[]).map(recordOf);
  }

  of(tenant: string): CronRecord[] {
    return (this.#sql.all`SELECT * FROM crons WHERE tenant = ${tenant}` as unknown as Row[]).map(recordOf);
  }

  get(tenant: string, cron: string): CronRecord | undefined {
    const row = this.#sql.get`SELECT * FROM crons WHERE tenant = ${tenant} AND cron = ${cron}`;
    return row && recordOf(row as unknown as Row);
  }

  remove(tenant: string, cron: string): void {
    this.#sql.run`DELETE FROM crons WHERE tenant = ${tenant} AND cron = ${cron}`;
  }

  /** Makes the record if there is none. @param missed number of times since the last call that led to no run */
  account(tenant: string, cron: string, to: number, missed: number): void {
    this.#sql.run`
      INSERT INTO crons (tenant, cron, accounted_to, missed) VALUES (${tenant}, ${cron}, ${to}, ${missed})
      ON CONFLICT (tenant, cron) DO UPDATE SET accounted_to = excluded.accounted_to, missed = missed + excluded.missed`;
  }

  begin(tenant: string, cron: string, time: number): void {
    this.#sql.run`
      UPDATE crons SET last_run = ${time}, last_outcome = 'running', last_ms = NULL
      WHERE tenant = ${tenant} AND cron = ${cron}`;
  }

  end(tenant: string, cron: string, outcome: string, ms: number | null): void {
    this.#sql.run`
      UPDATE crons SET last_outcome = ${outcome}, last_ms = ${ms} WHERE tenant = ${tenant} AND cron = ${cron}`;
  }

  /** One transaction for many writes. */
  together(writes: () => void): void {
    try {
      transaction(this.#database, writes);
    } catch (error) {
      throw databaseError(this.#file, error);
    }
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

function recordOf(row: Row): CronRecord {
  return {
    tenant: row.tenant,
    cron: row.cron,
    accountedTo: row.accounted_to,
    lastRun: row.last_run,
    lastOutcome: row.last_outcome,
    lastMs: row.last_ms,
    missed: row.missed,
  };
}

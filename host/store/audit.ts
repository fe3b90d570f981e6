import { AsyncLocalStorage } from "node:async_hooks";
import type { RegistryDatabase } from "./database.ts";
import type { AuditEntry, AuditedChange, NewAuditEntry } from "./store.ts";

interface AuditRow {
  id: number;
  time: string;
  token: string;
  token_label: string;
  action: string;
  tenant: string | null;
  target: string | null;
  outcome: string;
  request: string;
}

/** The log of who has changed what. Entries are added, and removed when they are old. A trigger refuses to alter one. */
export class AuditTable {
  readonly #database: RegistryDatabase;
  readonly #underWay = new AsyncLocalStorage<AuditedChange>();

  constructor(database: RegistryDatabase) {
    this.#database = database;
  }

  during<Result>(change: AuditedChange, work: () => Result): Result {
    return this.#underWay.run(change, work);
  }

  /**
   * Runs a transaction. If a change is under way and has no entry yet, the transaction writes the entry as well.
   *
   * @param tenant the tenant that the change concerns, if `work` names none
   * @param work gets the change under way, and says what it concerns
   * @param grows whether the registry has more afterwards (`RegistryDatabase.transaction`)
   */
  transaction<Result>(
    tenant: string | null,
    work: (change: AuditedChange | undefined) => Result,
    grows: boolean,
  ): Result {
    const change = this.#underWay.getStore();
    if (change === undefined || change.recorded) return this.#database.transaction(() => work(change), grows);
    const result = this.#database.transaction(() => {
      const done = work(change);
      change.tenant ??= tenant;
      this.add({ ...change, outcome: "done" });
      return done;
    }, grows);
    change.recorded = true;
    return result;
  }

  add({ token, action, tenant, target, outcome, request }: NewAuditEntry): void {
    this.#database.sql.run`
      INSERT INTO audit (time, token, token_label, action, tenant, target, outcome, request)
      VALUES (${new Date().toISOString()}, ${token.id}, ${token.label}, ${action}, ${tenant}, ${target}, ${outcome},
              ${request})`;
  }

  /** Newest first. */
  list(options: { readonly tenant?: string; readonly before?: number; readonly limit: number }): AuditEntry[] {
    const { tenant, before = Number.MAX_SAFE_INTEGER, limit } = options;
    const { sql } = this.#database;
    const rows =
      tenant === undefined
        ? sql.all`SELECT * FROM audit WHERE id < ${before} ORDER BY id DESC LIMIT ${limit}`
        : sql.all`SELECT * FROM audit WHERE tenant = ${tenant} AND id < ${before} ORDER BY id DESC LIMIT ${limit}`;
    return (rows as unknown as AuditRow[]).map(entryOf);
  }

  prune(before: string): void {
    // Ids grow with time, so the first entry that is young enough ends the search.
    this.#database.sql.run`
      DELETE FROM audit WHERE id < coalesce(
        (SELECT id FROM audit WHERE time >= ${before} ORDER BY id LIMIT 1),
        (SELECT max(id) + 1 FROM audit)
      )`;
  }
}

function entryOf({ token, token_label, ...row }: AuditRow): AuditEntry {
  return { ...row, token: { id: token, label: token_label } };
}

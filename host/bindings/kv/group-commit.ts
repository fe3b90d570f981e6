import type { DatabaseSync } from "node:sqlite";
import { PlinthError } from "../../errors.ts";
import { transaction } from "../../sqlite/transaction.ts";
import type { Reserve } from "../../store/reserve.ts";
import type { KvOperation, Outcome } from "./operations.ts";
import type { KvTables } from "./tables.ts";

export interface Committed {
  readonly outcomes: readonly Outcome[];
  /** The file's number of changes by now; null if these operations have changed nothing. */
  readonly changes: number | null;
}

/**
 * Commits operations in one transaction, with one synchronisation of the disk. A refused operation leaves no trace, and the
 * others go on. If the transaction fails as a whole (the disk is full), each operation is tried alone. Operations that free
 * room may then use the reserve.
 */
export function commitGroup(
  database: DatabaseSync,
  tables: KvTables,
  operations: readonly KvOperation[],
  reserve: Reserve,
): Committed {
  const commit = () =>
    transaction(database, () => {
      const outcomes = operations.map((operation) => attempt(database, tables, operation));
      return { outcomes, changes: outcomes.some((outcome) => "revision" in outcome) ? tables.countChange() : null };
    });
  try {
    return operations.some(grows) ? commit() : reserve.lend(database, commit);
  } catch (error) {
    if (operations.length === 1) return { outcomes: [{ failed: error as Error }], changes: null };
    const each = operations.map((operation) => commitGroup(database, tables, [operation], reserve));
    const changes = each.map((it) => it.changes).findLast((count) => count !== null) ?? null;
    return { outcomes: each.flatMap(({ outcomes }) => outcomes), changes };
  }
}

function grows({ kind }: KvOperation): boolean {
  return kind === "put" || kind === "create-namespaces" || kind === "grant";
}

function attempt(database: DatabaseSync, tables: KvTables, operation: KvOperation): Outcome {
  database.exec("SAVEPOINT operation");
  try {
    const revision = tables.apply(operation);
    database.exec("RELEASE operation");
    return { revision };
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    database.exec("ROLLBACK TO operation; RELEASE operation");
    const { code, message, details } = error;
    return { refused: { code, message, details } };
  }
}

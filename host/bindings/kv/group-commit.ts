import type { DatabaseSync } from "node:sqlite";
import { PlinthError } from "../../errors.ts";
import { transaction } from "../../sqlite/transaction.ts";
import type { KvOperation, Outcome } from "./operations.ts";
import type { KvTables } from "./tables.ts";

/**
 * Commits operations in one transaction, with one synchronisation of the disk. One that is refused leaves no trace, and the
 * others go on. Where the transaction fails as a whole (the disk is full), each is tried alone.
 */
export function commitGroup(database: DatabaseSync, tables: KvTables, operations: readonly KvOperation[]): Outcome[] {
  try {
    return transaction(database, () => operations.map((operation) => attempt(database, tables, operation)));
  } catch (error) {
    if (operations.length > 1) return operations.flatMap((operation) => commitGroup(database, tables, [operation]));
    return [{ failed: error as Error }];
  }
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

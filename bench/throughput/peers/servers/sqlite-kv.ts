/** A KV of one table in SQLite, for servers that have none of their own. */
import { DatabaseSync } from "node:sqlite";

/** @returns a function that reads a value by its key */
export function openKv(): (key: string) => string {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE kv (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT");
  database.prepare("INSERT INTO kv VALUES (?, ?)").run("page", "v".repeat(1024));
  const select = database.prepare("SELECT value FROM kv WHERE key = ?");
  return (key) => String(select.get(key)?.value);
}

/** The tenants' log lines in SQLite, bounded by age, by tenant and in all. Runs in the thread of log-worker.ts. */
import { join } from "node:path";
import type { DatabaseSync, SQLTagStore } from "node:sqlite";
import { MIB } from "../config/limits.ts";
import { openDatabase } from "../sqlite/open.ts";
import { transaction } from "../sqlite/transaction.ts";
import { contains, logLevels, type TenantLogLine, weightOf } from "./log-line.ts";
import type { LogPage, LogQuery, LogRetention, TenantLines } from "./log-store.ts";

const steps: readonly string[] = [
  // IF NOT EXISTS: files from before there was a format have format 0, this table and this index.
  `
  CREATE TABLE IF NOT EXISTS lines (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant   TEXT NOT NULL,
    bytes    INTEGER NOT NULL,
    time     INTEGER NOT NULL,
    level    INTEGER NOT NULL,
    source   TEXT NOT NULL,
    version  INTEGER,
    request  TEXT,
    message  TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS lines_by_tenant ON lines (tenant, id, bytes);
  `,
];

/** Bytes that a line takes beside its text, for columns and index. */
const ROW_BYTES = 100;
/** A tenant over its limit of bytes loses this share more, so that its next line costs no search. */
const SLACK = 0.1;
/** Characters after which a page ends. The main thread reads and writes all of them, and 1 MiB takes it some 2 ms. */
const PAGE_CHARACTERS = MIB;
/** Lines looked at in one go for their age. */
const BATCH = 1_000;
/** How often lines are looked at for their age, ms. */
const AGE_CHECK_MS = 60_000;

interface Row {
  id: number;
  time: number;
  level: number;
  source: TenantLogLine["source"];
  version: number | null;
  request: string | null;
  message: string;
}

/** The name of a database in memory: its lines go with the thread. */
export const IN_MEMORY = ":memory:";

/** @param folder the data folder */
export function logFile(folder: string): string {
  return join(folder, "logs.sqlite");
}

/** @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATABASE, PLINTH_DISK_FULL */
export function openLogFile(file: string): DatabaseSync {
  // NORMAL: a power failure may take the last lines along, and no line waits for the disk.
  return openDatabase(file, { steps, synchronous: "NORMAL" });
}

export class LogDatabase {
  readonly #database: DatabaseSync;
  readonly #sql: SQLTagStore;
  readonly #retention: LogRetention;
  /** Bytes kept by tenant. */
  readonly #bytes = new Map<string, number>();
  #total = 0;
  #agesChecked = 0;

  constructor(file: string, retention: LogRetention) {
    this.#retention = retention;
    this.#database = openLogFile(file);
    this.#database.function("holds", { deterministic: true }, (message, part) =>
      Number(contains(String(message), String(part))),
    );
    this.#sql = this.#database.createTagStore();
    this.#recount();
  }

  write(batch: readonly TenantLines[]): void {
    this.#transaction(() => {
      for (const { tenant, lines } of batch) for (const line of lines) this.#add(tenant, line);
      for (const { tenant } of batch) {
        const excess = (this.#bytes.get(tenant) ?? 0) - this.#retention.tenantBytes;
        if (excess > 0) this.#shorten(tenant, excess + this.#retention.tenantBytes * SLACK);
      }
      this.#shortenAll();
      this.#dropOld();
    });
  }

  read({ tenant, level = "debug", search = "", since = 0, until, before, after, limit }: LogQuery): LogPage {
    const from = Math.max(since, Date.now() - this.#retention.ageMs);
    const to = until ?? Number.MAX_SAFE_INTEGER;
    const [weight, part] = [weightOf(level), search.toLowerCase()];
    const rows =
      after === undefined
        ? this.#sql.iterate`
            SELECT * FROM lines
            WHERE tenant = ${tenant} AND id < ${before ?? Number.MAX_SAFE_INTEGER} AND time >= ${from} AND time < ${to}
              AND level >= ${weight} AND holds(message, ${part})
            ORDER BY id DESC LIMIT ${limit}`
        : this.#sql.iterate`
            SELECT * FROM lines
            WHERE tenant = ${tenant} AND id > ${after} AND time >= ${from} AND time < ${to}
              AND level >= ${weight} AND holds(message, ${part})
            ORDER BY id LIMIT ${limit}`;
    const { found, isCut } = page(rows as Iterable<unknown> as Iterable<Row>);
    if (after === undefined) found.reverse();
    // The ids follow the order of writing. A request that waits, or whose stack is mapped, writes its lines late, after
    // the lines of requests that came after it.
    const lines = found.map(lineOf).sort((a, b) => a.time - b.time);
    const first = found[0]?.id ?? null;
    return {
      lines,
      before: after === undefined && found.length < limit && !isCut ? null : first,
      after: found.at(-1)?.id ?? after ?? null,
    };
  }

  forget(tenant: string): void {
    this.#sql.run`DELETE FROM lines WHERE tenant = ${tenant}`;
    this.#count(tenant, -(this.#bytes.get(tenant) ?? 0));
  }

  close(): void {
    this.#database.close();
  }

  #add(tenant: string, { time, level, source, version, request, message }: TenantLogLine): void {
    const bytes = message.length + ROW_BYTES;
    this.#sql.run`
      INSERT INTO lines (tenant, bytes, time, level, source, version, request, message)
      VALUES (${tenant}, ${bytes}, ${time}, ${weightOf(level)}, ${source}, ${version}, ${request}, ${message})`;
    this.#count(tenant, bytes);
  }

  /** Removes the tenant's oldest lines until so many bytes are free. */
  #shorten(tenant: string, bytes: number): void {
    let freed = 0;
    let last = 0;
    for (const row of this.#sql.iterate`SELECT id, bytes FROM lines WHERE tenant = ${tenant} ORDER BY id`) {
      freed += Number(row.bytes);
      last = Number(row.id);
      if (freed >= bytes) break;
    }
    this.#sql.run`DELETE FROM lines WHERE tenant = ${tenant} AND id <= ${last}`;
    this.#count(tenant, -freed);
  }

  /**
   * Removes lines while all lines together are too many. The tenant that holds most loses most, so that a talkative
   * tenant pushes out nobody else's lines.
   */
  #shortenAll(): void {
    while (this.#total > this.#retention.totalBytes) {
      const [tenant, bytes] = [...this.#bytes].reduce((most, other) => (other[1] > most[1] ? other : most));
      this.#shorten(tenant, Math.max(this.#total - this.#retention.totalBytes, bytes * SLACK));
    }
  }

  #dropOld(): void {
    const now = Date.now();
    if (now - this.#agesChecked < AGE_CHECK_MS) return;
    this.#agesChecked = now;
    const oldest = now - this.#retention.ageMs;
    let dropped: { tenant: string; bytes: number }[];
    do {
      dropped = this.#sql.all`
        DELETE FROM lines WHERE id IN (SELECT id FROM lines ORDER BY id LIMIT ${BATCH}) AND time < ${oldest}
        RETURNING tenant, bytes` as unknown as { tenant: string; bytes: number }[];
      for (const { tenant, bytes } of dropped) this.#count(tenant, -bytes);
    } while (dropped.length === BATCH);
  }

  #count(tenant: string, bytes: number): void {
    const kept = (this.#bytes.get(tenant) ?? 0) + bytes;
    if (kept === 0) this.#bytes.delete(tenant);
    else this.#bytes.set(tenant, kept);
    this.#total += bytes;
  }

  #transaction(work: () => void): void {
    try {
      transaction(this.#database, work);
    } catch (error) {
      this.#recount();
      throw error;
    }
  }

  #recount(): void {
    this.#bytes.clear();
    this.#total = 0;
    const kept = this.#sql.all`SELECT tenant, sum(bytes) AS bytes FROM lines GROUP BY tenant`;
    for (const { tenant, bytes } of kept as unknown as { tenant: string; bytes: number }[]) this.#count(tenant, bytes);
  }
}

/** The first of the rows, up to and including the one that brings them over `PAGE_CHARACTERS`. */
function page(rows: Iterable<Row>): { found: Row[]; isCut: boolean } {
  const found: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    if (characters > PAGE_CHARACTERS) return { found, isCut: true };
    found.push(row);
    characters += row.message.length + ROW_BYTES;
  }
  return { found, isCut: false };
}

function lineOf({ time, level, source, version, request, message }: Row): TenantLogLine {
  return { time, level: logLevels[level]!, source, version, request, message };
}

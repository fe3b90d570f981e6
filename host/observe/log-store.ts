/**
 * Where the tenants' log lines are kept: `logs.sqlite` in the data folder. Lines are collected and written a few times a
 * second by a thread of their own, so that a request pays for no more than an array's push. A crash loses the
 * lines that are not written yet.
 */
import { MIB } from "../config/limits.ts";
import { PlinthError, plinthError } from "../errors.ts";
import { isUnusable } from "../sqlite/database-error.ts";
import { LoneThread } from "../threads/lone-thread.ts";
import { IN_MEMORY, logFile, openLogFile } from "./log-database.ts";
import type { LogFilter, TenantLogLine } from "./log-line.ts";
import type { LogTask, LogWorkerData } from "./log-worker.ts";

export interface LogRetention {
  /** Age at which lines are removed, ms. */
  readonly ageMs: number;
  /** Bytes kept of one tenant. */
  readonly tenantBytes: number;
  /** Bytes kept of all tenants together. */
  readonly totalBytes: number;
}

export interface LogStoreOptions {
  /** The data folder. */
  readonly folder: string;
  readonly retention: LogRetention;
  /** Told of lines that could not be written. */
  onLost(lost: readonly TenantLines[], error: unknown): void;
  /** Told of failures in the thread that belong to no task. */
  onFault(error: unknown): void;
}

export interface TenantLines {
  readonly tenant: string;
  readonly lines: TenantLogLine[];
}

export interface LogQuery extends LogFilter {
  readonly tenant: string;
  /** ms since the epoch; this moment included. */
  readonly since?: number;
  /** ms since the epoch; this moment not included. */
  readonly until?: number;
  /** The last lines before a `LogPage.before`. */
  readonly before?: number;
  /** The first lines after a `LogPage.after`. Without `before` and `after`: the last lines. */
  readonly after?: number;
  readonly limit: number;
}

/** Oldest first. */
export interface LogPage {
  readonly lines: readonly TenantLogLine[];
  /** Asks for the lines before these; null if there are none. */
  readonly before: number | null;
  /** Asks for the lines that follow, now or later; null if no line was found. */
  readonly after: number | null;
}

/** Lines are written this often, ms. */
const WRITE_MS = 250;
/** Lines that may wait to be written. Further lines are dropped. */
const PENDING_LINES = 50_000;
const PENDING_CHARACTERS = 32 * MIB;
/** Idle time after which the thread ends, ms. When no tenant logs, its memory is worth more than its start-up time. */
const IDLE_MS = 60_000;
/** The most bytes that all tenants together keep in memory if there is no file. */
const MEMORY_BYTES = 32 * MIB;

export class LogStore implements AsyncDisposable {
  readonly #thread: LoneThread<LogTask, unknown>;
  readonly #onLost: LogStoreOptions["onLost"];
  readonly #onFault: LogStoreOptions["onFault"];
  #pending = new Map<string, TenantLogLine[]>();
  #pendingLines = 0;
  #pendingCharacters = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #lastRead: Promise<unknown> = Promise.resolve();

  /**
   * Opens the file. If it cannot be used, it is left as it is, and the lines are kept in memory.
   *
   * @throws PlinthError PLINTH_DATA_VERSION
   */
  constructor({ folder, retention, onLost, onFault }: LogStoreOptions) {
    const file = usableFile(folder, onFault);
    this.#onLost = onLost;
    this.#onFault = onFault;
    const isKept = file !== IN_MEMORY;
    const totalBytes = isKept ? retention.totalBytes : Math.min(retention.totalBytes, MEMORY_BYTES);
    const workerData: LogWorkerData = { file, retention: { ...retention, totalBytes } };
    const entry = new URL("./log-worker.ts", import.meta.url);
    const idleMs = isKept ? IDLE_MS : Number.POSITIVE_INFINITY;
    this.#thread = new LoneThread(entry, { idleMs, workerData, onFault });
  }

  /** @returns false if the line was dropped, because too many wait to be written */
  add(tenant: string, line: TenantLogLine): boolean {
    if (this.#pendingLines >= PENDING_LINES || this.#pendingCharacters >= PENDING_CHARACTERS) return false;
    const lines = this.#pending.get(tenant);
    if (lines === undefined) this.#pending.set(tenant, [line]);
    else lines.push(line);
    this.#pendingLines++;
    this.#pendingCharacters += line.message.length;
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_MS).unref();
    return true;
  }

  /** Fulfilled when all lines added before have been written, or given up. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /**
   * Finds lines that were added before, written or not. @throws PlinthError PLINTH_DATA_UNAVAILABLE,
   * PLINTH_SHUTTING_DOWN
   */
  async read(query: LogQuery): Promise<LogPage> {
    // Searches run one after the other, so that waiting lines can be written between two of them.
    const turn = this.#lastRead.then(async () => {
      await this.flush();
      return this.#read(query);
    });
    this.#lastRead = turn.catch(() => {});
    return turn;
  }

  /** Removes a tenant's lines. All lines added before are gone when the promise is fulfilled. */
  async forget(tenant: string): Promise<void> {
    for (const { message } of this.#pending.get(tenant) ?? []) {
      this.#pendingLines--;
      this.#pendingCharacters -= message.length;
    }
    this.#pending.delete(tenant);
    await this.#thread.call({ kind: "forget", tenant });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    await this.#thread[Symbol.asyncDispose]();
  }

  async #read(query: LogQuery): Promise<LogPage> {
    try {
      return (await this.#thread.call({ kind: "read", query })) as LogPage;
    } catch (error) {
      if (error instanceof PlinthError) throw error;
      this.#onFault(error);
      throw plinthError("PLINTH_DATA_UNAVAILABLE", [], { cause: error });
    }
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    const batch = [...this.#pending].map(([tenant, lines]) => ({ tenant, lines }));
    const [lines, characters] = [this.#pendingLines, this.#pendingCharacters];
    this.#pending = new Map();
    try {
      await this.#thread.call({ kind: "write", batch });
    } catch (error) {
      this.#onLost(batch, error);
    } finally {
      // Lines that are being written count as waiting, too.
      this.#pendingLines -= lines;
      this.#pendingCharacters -= characters;
    }
  }
}

function usableFile(folder: string, onFault: (error: unknown) => void): string {
  const file = logFile(folder);
  try {
    openLogFile(file).close();
    return file;
  } catch (error) {
    if (!isUnusable(error)) throw error;
    onFault(error);
    return IN_MEMORY;
  }
}

/**
 * Where the tenants' log lines are kept: `logs.sqlite` in the data folder. Lines are collected and written a few times a
 * second by a thread of their own, so that a request pays for no more than an array's push. What a crash finds not yet
 * written is lost.
 */
import { MIB } from "../config/limits.ts";
import { LoneThread } from "../threads/lone-thread.ts";
import { openLogFile } from "./log-database.ts";
import type { LogFilter, TenantLogLine } from "./log-line.ts";
import type { LogTask, LogWorkerData } from "./log-worker.ts";

export interface LogRetention {
  /** Lines that are older go, ms. */
  readonly ageMs: number;
  /** Bytes kept of one tenant. */
  readonly tenantBytes: number;
  /** Bytes kept of all. */
  readonly totalBytes: number;
}

export interface LogStoreOptions {
  /** The data folder. */
  readonly folder: string;
  readonly retention: LogRetention;
  /** Told of lines that could not be written. */
  onLost(lost: readonly TenantLines[], error: unknown): void;
  /** Told of what fails in the thread beside its tasks. */
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
  /** The first lines after a `LogPage.after`. Neither: the last lines. */
  readonly after?: number;
  readonly limit: number;
}

/** Oldest first. */
export interface LogPage {
  readonly lines: readonly TenantLogLine[];
  /** For the lines before these; null where there are none. */
  readonly before: number | null;
  /** For the lines that follow, now or later; null where none was found to follow. */
  readonly after: number | null;
}

/** Lines are written this often, ms. */
const WRITE_MS = 250;
/** What waits to be written; lines beyond it are dropped. */
const PENDING_LINES = 50_000;
const PENDING_CHARACTERS = 32 * MIB;
/** The thread's memory is worth more than its start-up time, where no tenant says a word. */
const IDLE_MS = 60_000;

export class LogStore implements AsyncDisposable {
  readonly #thread: LoneThread<LogTask, unknown>;
  readonly #onLost: LogStoreOptions["onLost"];
  #pending = new Map<string, TenantLogLine[]>();
  #pendingLines = 0;
  #pendingCharacters = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #lastRead: Promise<unknown> = Promise.resolve();

  /** @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATABASE */
  constructor({ folder, retention, onLost, onFault }: LogStoreOptions) {
    // Here, where an error ends the start of the host: whether the file can be used at all.
    openLogFile(folder).close();
    this.#onLost = onLost;
    const workerData: LogWorkerData = { folder, retention };
    const entry = new URL("./log-worker.ts", import.meta.url);
    this.#thread = new LoneThread(entry, { idleMs: IDLE_MS, workerData, onFault });
  }

  /** @returns false where so much waits to be written that the line was dropped */
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

  /** Fulfilled when all that was added before has been written, or given up. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** What was added before is found. */
  async read(query: LogQuery): Promise<LogPage> {
    // One after the other: between two searches there is room for what waits to be written.
    const turn = this.#lastRead.then(async () => {
      await this.flush();
      return (await this.#thread.call({ kind: "read", query })) as LogPage;
    });
    this.#lastRead = turn.catch(() => {});
    return turn;
  }

  /** What was added before is gone when the promise is fulfilled. */
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
      // What is being written waits, too.
      this.#pendingLines -= lines;
      this.#pendingCharacters -= characters;
    }
  }
}

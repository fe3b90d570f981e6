/**
 * The tenants' own logs: what their code prints, and why their requests failed. A line that is within its tenant's rate is
 * kept (log-store.ts), shown to live views (log-tail.ts), and goes to the host's pino log, where an operator can
 * collect it.
 */
import type { Logger } from "pino";
import { plinthError } from "../errors.ts";
import { LOG_LINE_BYTES, type LogLine } from "../protocol/log-line.ts";
import type { Sha256, TenantName } from "../store/names.ts";
import type { LogFilter, TenantLogLine } from "./log-line.ts";
import { LogAllowance, type LogRate } from "./log-rate.ts";
import { type LogPage, type LogQuery, type LogRetention, LogStore } from "./log-store.ts";
import { LogTail } from "./log-tail.ts";
import { hasPosition } from "./source-map.ts";
import { SourceMaps } from "./source-maps.ts";

export interface TenantLogOptions {
  readonly logger: Logger;
  /** The file of a blob (`Store.blobPath`): source maps. */
  readonly blobPath: (hash: Sha256) => string;
  /** The data folder. */
  readonly folder: string;
  readonly retention: LogRetention;
  readonly rate: LogRate;
  /** Live views of one tenant at once. */
  readonly tailLimit: number;
}

/** The part of the log that one request writes. */
export interface RequestLog {
  /** The positions in stacks are mapped to the tenant's sources where there is a map. */
  add(lines: readonly LogLine[], dropped: number, sourceMap?: Sha256 | null): void;
  /** Why the request failed, mapped in the same way. */
  failure(message: string, sourceMap: Sha256 | null): void;
}

/** How often a tenant's log says how many lines were dropped, ms. */
const NOTE_MS = 1_000;

/** Number of a tenant's last lines in which the lines of one request are looked for. */
const REQUEST_LINES = 200;

/** The state of a tenant that has logged or is watched. */
interface TenantState {
  readonly tenant: TenantName;
  readonly allowance: LogAllowance;
  readonly tails: Set<LogTail>;
  /** Lines dropped since the last note. */
  overRate: number;
  notKept: number;
  note: NodeJS.Timeout | undefined;
  /** The tenant was deleted. Lines of its last requests are dropped, even if a new tenant has the name. */
  gone: boolean;
}

export class TenantLogs implements AsyncDisposable {
  readonly #options: TenantLogOptions;
  readonly #store: LogStore;
  readonly #sourceMaps: SourceMaps;
  readonly #states = new Map<TenantName, TenantState>();
  /** Lines that wait for their map. */
  readonly #mapping = new Set<Promise<void>>();

  constructor(options: TenantLogOptions) {
    this.#options = options;
    const { folder, retention, logger } = options;
    this.#sourceMaps = new SourceMaps((error) => logger.error({ err: error }, "background failure: source maps"));
    this.#store = new LogStore({
      folder,
      retention,
      onLost: (lost, error) => {
        logger.error({ err: error }, "log lines of tenants could not be written");
        for (const { tenant, lines } of lost) this.#notKept(this.#state(tenant as TenantName), lines.length);
      },
      onFault: (error) => logger.error({ err: error }, "background failure: logs"),
    });
  }

  /** Finds lines that were logged before, written or not. */
  read(query: LogQuery): Promise<LogPage> {
    return this.#store.read(query);
  }

  /** The last lines of one request, oldest first, mapped to its program's sources. */
  async ofRequest(tenant: TenantName, request: string): Promise<readonly TenantLogLine[]> {
    await Promise.all(this.#mapping);
    const { lines } = await this.read({ tenant, limit: REQUEST_LINES });
    return lines.filter((line) => line.request === request);
  }

  /** The tenant's lines from now on, until the stream is destroyed. @throws PlinthError PLINTH_TAILS */
  tail(tenant: TenantName, filter: LogFilter): LogTail {
    const { tails } = this.#state(tenant);
    const { tailLimit } = this.#options;
    if (tails.size >= tailLimit)
      throw plinthError("PLINTH_TAILS", [tenant, tailLimit], { details: { limit: tailLimit } });
    const tail = new LogTail(filter);
    tails.add(tail);
    tail.once("close", () => tails.delete(tail));
    return tail;
  }

  /** Ends all live views, because the host is about to stop. */
  endTails(): void {
    for (const { tails } of this.#states.values()) for (const tail of tails) tail.end();
  }

  /** Forgets a tenant that was deleted. */
  forget(tenant: TenantName): void {
    const state = this.#state(tenant);
    state.gone = true;
    clearTimeout(state.note);
    for (const tail of state.tails) tail.end();
    this.#states.delete(tenant);
    this.#store.forget(tenant).catch((error: unknown) => {
      this.#options.logger.error({ err: error, tenant }, "the log of a deleted tenant could not be removed");
    });
  }

  /** @param version null for a deploy that has failed, so that there is no version */
  forRequest(tenant: TenantName, version: number | null, request: string): RequestLog {
    const state = this.#state(tenant);
    const ofHost = { source: "host", version, request } as const;
    /** The lines that wait for their map. Later lines come after them. */
    let waiting: Promise<void> | null = null;
    const write = (lines: readonly TenantLogLine[], sourceMap: Sha256 | null) => {
      const isMapped = sourceMap !== null && lines.some(({ message }) => hasPosition(message));
      if (!isMapped && waiting === null) {
        for (const line of lines) this.#write(state, line);
        return;
      }
      const mapped = isMapped ? this.#mapped(tenant, lines, sourceMap) : lines;
      const last = Promise.all([mapped, waiting]).then(([inOrder]) => {
        for (const line of inOrder) this.#write(state, line);
        this.#mapping.delete(last);
        if (waiting === last) waiting = null;
      });
      this.#mapping.add(last);
      waiting = last;
    };
    return {
      add: (lines, dropped, sourceMap = null) => {
        const all: TenantLogLine[] = lines.map((line) => ({ ...line, version, request }));
        const message = `${dropped} log lines over the limit were dropped`;
        if (dropped > 0) all.push({ ...ofHost, time: Date.now(), level: "warn", message });
        write(all, sourceMap);
      },
      failure: (message, sourceMap) => write([{ ...ofHost, time: Date.now(), level: "error", message }], sourceMap),
    };
  }

  /**
   * Shows an ended request in the live views of its tenant, after its lines. It is not kept.
   *
   * @param line without its source and level
   */
  ended(tenant: TenantName, status: number, line: Omit<TenantLogLine, "source" | "level">): void {
    const tails = this.#states.get(tenant)?.tails;
    if (tails === undefined || tails.size === 0) return;
    const level = status >= 500 ? "error" : status >= 400 ? "warn" : "info";
    // Its own lines may still be about to be mapped to the sources.
    void Promise.all(this.#mapping).then(() => {
      for (const tail of tails) tail.offer({ ...line, level, source: "request" });
    });
  }

  /** Writes a line of the host that belongs to no request. */
  note(tenant: TenantName, version: number | null, level: LogLine["level"], message: string): void {
    this.#write(this.#state(tenant), { time: Date.now(), level, source: "host", version, request: null, message });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.endTails();
    await Promise.all(this.#mapping);
    await this.#sourceMaps[Symbol.asyncDispose]();
    for (const state of this.#states.values()) this.#writeNotes(state);
    await this.#store[Symbol.asyncDispose]();
  }

  async #mapped(tenant: TenantName, lines: readonly TenantLogLine[], key: Sha256): Promise<TenantLogLine[]> {
    const map = { key, path: this.#options.blobPath(key) };
    const texts = await this.#sourceMaps.map(
      tenant,
      lines.map(({ message }) => message),
      map,
    );
    return lines.map((line, at) => ({ ...line, message: texts[at]! }));
  }

  #write(state: TenantState, line: TenantLogLine): void {
    if (state.gone) return;
    if (!state.allowance.take(line.message.length + LOG_LINE_BYTES, performance.now())) {
      this.#overRate(state, 1);
      return;
    }
    if (!this.#keep(state, line)) this.#notKept(state, 1);
  }

  /** @returns whether the store has taken the line */
  #keep(state: TenantState, line: TenantLogLine): boolean {
    const { tenant, tails } = state;
    const { message, level, time, ...rest } = line;
    this.#options.logger[level]({ tenant, ...rest, tenantTime: time }, message);
    for (const tail of tails) tail.offer(line);
    return this.#store.add(tenant, line);
  }

  #overRate(state: TenantState, lines: number): void {
    state.overRate += lines;
    this.#noteLater(state);
  }

  #notKept(state: TenantState, lines: number): void {
    state.notKept += lines;
    this.#noteLater(state);
  }

  #noteLater(state: TenantState): void {
    state.note ??= setTimeout(() => this.#writeNotes(state), NOTE_MS).unref();
  }

  /** Notes do not count towards the tenant's rate: at most one comes a second. A note that is not kept is written again. */
  #writeNotes(state: TenantState): void {
    clearTimeout(state.note);
    state.note = undefined;
    const { overRate, notKept } = state;
    state.overRate = 0;
    state.notKept = 0;
    const { linesPerSecond, bytesPerSecond } = this.#options.rate;
    const of = { time: Date.now(), level: "warn", source: "host", version: null, request: null } as const;
    if (overRate > 0) {
      const rate = `${linesPerSecond} lines and ${bytesPerSecond} bytes a second`;
      const message = `${overRate} log lines were dropped: the tenant may log ${rate}`;
      if (!this.#keep(state, { ...of, message })) this.#overRate(state, overRate);
    }
    if (notKept > 0) {
      const message = `${notKept} log lines were dropped: the host could not keep up with them`;
      if (!this.#keep(state, { ...of, message })) this.#notKept(state, notKept);
    }
  }

  #state(tenant: TenantName): TenantState {
    let state = this.#states.get(tenant);
    if (state === undefined) {
      const allowance = new LogAllowance(this.#options.rate, performance.now());
      state = { tenant, allowance, tails: new Set(), overRate: 0, notKept: 0, note: undefined, gone: false };
      this.#states.set(tenant, state);
    }
    return state;
  }
}

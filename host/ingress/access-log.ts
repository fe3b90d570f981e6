/**
 * The requests of the tenants' visitors in the host's log: every request, a sample, or none. If not every request has a
 * line, the requests are counted by the class of their status, and one line a minute has the counts.
 */
import type { FastifyBaseLogger } from "fastify";
import type { RequestLogMode } from "../config/settings.ts";

/** A request whose answer has been written, or whose client has gone. */
export interface Access {
  readonly reqId: string;
  readonly tenant?: string;
  readonly version?: number;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly ms: number;
  /** The client has gone. */
  readonly aborted?: true;
  /** The program has not written the body to its end. */
  readonly broken?: true;
}

/** Of this many requests of one class, the first is in the sample. */
const SAMPLE = 100;
/** Time between two lines with counts, ms. */
const COUNTS_MS = 60_000;

export class AccessLog implements Disposable {
  readonly #logger: FastifyBaseLogger;
  readonly #mode: RequestLogMode;
  /** Requests since the last line with counts, by class ("2xx"). */
  readonly #counts = new Map<string, number>();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(logger: FastifyBaseLogger, mode: RequestLogMode) {
    this.#logger = logger;
    this.#mode = mode;
    if (mode !== "all") this.#timer = setInterval(() => this.#writeCounts(), COUNTS_MS).unref();
  }

  add(access: Access): void {
    if (this.#mode === "all" || this.#isSampled(access.status)) this.#logger.info(access, "request");
  }

  /** Writes the counts. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#writeCounts();
  }

  /** Counts the request. Rare classes are in every sample, since the first request of each class is. */
  #isSampled(status: number): boolean {
    const group = `${Math.trunc(status / 100)}xx`;
    const before = this.#counts.get(group) ?? 0;
    this.#counts.set(group, before + 1);
    return this.#mode === "sampled" && before % SAMPLE === 0;
  }

  #writeCounts(): void {
    if (this.#counts.size > 0) this.#logger.info({ requests: Object.fromEntries(this.#counts) }, "requests");
    this.#counts.clear();
  }
}

/** A live view of a tenant's log as a stream of NDJSON. A reader that is too slow loses lines, and is told how many. */
import { Readable } from "node:stream";
import { KIB } from "../config/limits.ts";
import { type LogFilter, matches, type TenantLogLine } from "./log-line.ts";

/** The most bytes that wait for a slow reader, beside those in the system's sockets. */
const BUFFER_BYTES = 256 * KIB;
/** An empty line is sent this often, so that proxies and clients do not take a silent tenant for a dead connection, ms. */
const SIGN_OF_LIFE_MS = 15_000;

export class LogTail extends Readable {
  readonly #filter: LogFilter;
  readonly #signs: NodeJS.Timeout;
  #full = false;
  #lost = 0;
  #ended = false;

  constructor(filter: LogFilter) {
    super({ highWaterMark: BUFFER_BYTES });
    this.#filter = filter;
    // The first empty line is sent at once, because the answer's head goes with the first bytes of its body.
    this.#send("\n");
    this.#signs = setInterval(() => this.#send("\n"), SIGN_OF_LIFE_MS).unref();
    this.once("close", () => clearInterval(this.#signs));
  }

  offer(line: TenantLogLine): void {
    if (line.source === "request" && this.#filter.requests !== true) return;
    if (!matches(line, this.#filter)) return;
    if (this.#full) this.#lost++;
    else this.#send(`${JSON.stringify(line)}\n`);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.push(null);
  }

  override _read(): void {
    this.#full = false;
    if (this.#lost === 0) return;
    const message = `${this.#lost} lines were left out: they came faster than they were read`;
    this.#lost = 0;
    const note: TenantLogLine = {
      time: Date.now(),
      level: "warn",
      source: "host",
      version: null,
      request: null,
      message,
    };
    this.#send(`${JSON.stringify(note)}\n`);
  }

  #send(text: string): void {
    if (!this.#full && !this.#ended) this.#full = !this.push(text);
  }
}

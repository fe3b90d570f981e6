import { LOG_LINE_BYTES, type LogLine, shortened } from "../protocol/log-line.ts";
import type { StaticResult } from "../protocol/static-step.ts";

/** The log lines of one request, up to a limit in characters; each line counts for some more. */
export class LogBuffer {
  readonly #limit: number;
  readonly #lines: LogLine[] = [];
  #characters = 0;
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(level: LogLine["level"], message: string): void {
    this.#characters += message.length + LOG_LINE_BYTES;
    if (this.#characters > this.#limit) this.#dropped++;
    else this.#lines.push({ time: Date.now(), level, source: "output", message });
  }

  /** With the request's outcome, what the worker answers. */
  with(outcome: StaticResult["outcome"]): StaticResult {
    if (outcome.tag === "failed") outcome = { ...outcome, message: shortened(outcome.message, this.#limit) };
    return { outcome, logs: this.#lines, logsDropped: this.#dropped };
  }
}

import { LOG_LINE_BYTES, type LogLine, shortened } from "../protocol/log-line.ts";
import type { StaticResult } from "../protocol/static-step.ts";

/** The log lines of one request, up to a limit in characters. Each line counts LOG_LINE_BYTES beyond its text. */
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

  /** Makes the worker's answer of the request's outcome, the CPU time that it has used, ms, and these lines. */
  with(outcome: StaticResult["outcome"], cpuMs: number): StaticResult {
    if (outcome.tag === "failed") outcome = { ...outcome, message: shortened(outcome.message, this.#limit) };
    return { outcome, logs: this.#lines, logsDropped: this.#dropped, cpuMs };
  }
}

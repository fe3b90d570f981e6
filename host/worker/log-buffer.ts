import type { LogLine, StaticResult } from "./protocol.ts";

/** The log lines of one request, up to a limit in characters. */
export class LogBuffer {
  readonly #limit: number;
  readonly #lines: LogLine[] = [];
  #characters = 0;
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(level: LogLine["level"], message: string): void {
    this.#characters += message.length;
    if (this.#characters > this.#limit) this.#dropped++;
    else this.#lines.push({ time: Date.now(), level, message });
  }

  /** With the request's outcome, what the worker answers. */
  with(outcome: StaticResult["outcome"]): StaticResult {
    return { outcome, logs: this.#lines, logsDropped: this.#dropped };
  }
}

/** A line that a program has logged, and what it counts against the limits. */

export interface LogLine {
  /** ms since the epoch. */
  time: number;
  level: "debug" | "info" | "warn" | "error";
  /** By the language's means for logs, or what was written to standard output or error. */
  source: "console" | "output";
  message: string;
}

/** What a log line counts beside its text, bytes: the main thread has to take it in however short it is. */
export const LOG_LINE_BYTES = 64;

/** An error's text goes to the tenant's log, and obeys its limit. */
export function shortened(message: string, logBytes: number): string {
  return message.length <= logBytes ? message : `${message.slice(0, logBytes)}... (${message.length} characters)`;
}

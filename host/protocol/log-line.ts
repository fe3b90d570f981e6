/** A line that a program has logged, and its share of the limits. */

export interface LogLine {
  /** ms since the epoch. */
  time: number;
  level: "debug" | "info" | "warn" | "error";
  /** `console`: lines by the language's own means for logs. `output`: standard output or standard error. */
  source: "console" | "output";
  message: string;
}

/** Bytes that a log line counts beyond its text, because even the shortest line is work for the main thread. */
export const LOG_LINE_BYTES = 64;

/** Cuts an error's text to the limit of the tenant's log. */
export function shortened(message: string, logBytes: number): string {
  return message.length <= logBytes ? message : `${message.slice(0, logBytes)}... (${message.length} characters)`;
}

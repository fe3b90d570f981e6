/** A line of a tenant's log, and how lines are chosen. */
import type { LogLine } from "../protocol/log-line.ts";

export type LogLevel = LogLine["level"];

/** The levels in the order of their weight. */
export const logLevels = ["debug", "info", "warn", "error"] as const satisfies readonly LogLevel[];

/**
 * `console`: lines by the language's means for logs (console, slog). `output`: text that the program has written to
 * standard output or error. `host`: why a request failed, and what was dropped. `request`: a request that has ended;
 * such lines are shown live and not kept.
 */
export const logSources = ["console", "output", "host", "request"] as const;
type LogSource = (typeof logSources)[number];

export interface TenantLogLine {
  /** ms since the epoch. */
  readonly time: number;
  readonly level: LogLevel;
  readonly source: LogSource;
  /** null if the line is about no version. */
  readonly version: number | null;
  /** Id of the request that wrote the line; null if none did. */
  readonly request: string | null;
  readonly message: string;
}

export interface LogFilter {
  /** Lines of this level and above; all if not given. */
  readonly level?: LogLevel;
  /** Lines that have this text somewhere, in upper or lower case; all if not given. */
  readonly search?: string;
  /** Whether a live view has a line for each request; it has none if not given. */
  readonly requests?: boolean;
}

export function matches(line: Pick<TenantLogLine, "level" | "message">, { level, search }: LogFilter): boolean {
  if (level !== undefined && weightOf(line.level) < weightOf(level)) return false;
  return search === undefined || contains(line.message, search.toLowerCase());
}

/** @param lowerCase in lower case */
export function contains(text: string, lowerCase: string): boolean {
  return text.toLowerCase().includes(lowerCase);
}

export function weightOf(level: LogLevel): number {
  return logLevels.indexOf(level);
}

import type { LogLine } from "./log-line.ts";

/**
 * Finds the level of a line that a logger has written to standard error, where loggers write lines of all levels. The
 * forms are JSON with a member "level", "lvl" or "severity" (zap, zerolog, logrus, pino), and "level=info" at the
 * beginning or behind a time (logrus, slog, logfmt).
 */
const JSON_LEVEL = /^\{(?:[^{}]*,)?\s*"(?:level|lvl|severity)"\s*:\s*(?:"([A-Za-z]+)"|(\d{2})\b)/;
const LOGFMT_LEVEL = /^(?:(?:time|ts)=(?:"[^"]*"|\S+)\s+)?(?:level|lvl)=([A-Za-z]+)\b/;
/** Characters at the beginning of a line that must have its level. */
const LOOKED_AT = 512;

const LEVELS: Readonly<Record<string, LogLine["level"]>> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  notice: "info",
  warn: "warn",
  warning: "warn",
  error: "error",
  err: "error",
  dpanic: "error",
  panic: "error",
  critical: "error",
  fatal: "error",
  // The numbers of pino and bunyan.
  "10": "debug",
  "20": "debug",
  "30": "info",
  "40": "warn",
  "50": "error",
  "60": "error",
};

/** @returns undefined for a line that states no level */
export function writtenLevel(line: string): LogLine["level"] | undefined {
  const first = line.charCodeAt(0);
  // Most lines come from no logger.
  if (first !== 0x7b /* { */ && first !== 0x74 /* t */ && first !== 0x6c /* l */) return undefined;
  const head = line.slice(0, LOOKED_AT);
  const found = JSON_LEVEL.exec(head) ?? LOGFMT_LEVEL.exec(head);
  const name = found?.[1] ?? found?.[2];
  return name === undefined ? undefined : LEVELS[name.toLowerCase()];
}

import { expect, test } from "vitest";
import { writtenLevel } from "./written-level.ts";

test.each([
  ['{"level":"info","ts":1700000000.1,"caller":"main.go:7","msg":"zap"}', "info"],
  ['{"level":"dpanic","ts":1,"msg":"zap"}', "error"],
  ['{"level":"debug","time":1,"message":"zerolog"}', "debug"],
  ['{"level":"warning","msg":"logrus","time":"2026-01-01T00:00:00Z"}', "warn"],
  ['{"time":"2026-01-01T00:00:00Z","level":"WARN","msg":"slog"}', "warn"],
  ['{"a":1,"severity":"ERROR","message":"stackdriver"}', "error"],
  ['{"level":30,"time":1,"msg":"pino"}', "info"],
  ['time="2026-01-01T00:00:00Z" level=info msg="logrus"', "info"],
  ["time=2026-01-01T00:00:00Z level=ERROR msg=slog", "error"],
  ["level=debug msg=logfmt", "debug"],
  ["lvl=warn msg=logfmt", "warn"],
])("%s", (line, level) => {
  expect(writtenLevel(line)).toBe(level);
});

test.each([
  "",
  "panic: level=info",
  '{"message":"the level","inner":{"level":"info"}}',
  '{"level":"high"}',
  '{"level":7}',
  "levels=info",
  "the level=info is not at the beginning",
  "{",
])("states none: %s", (line) => {
  expect(writtenLevel(line)).toBeUndefined();
});

import { pino } from "pino";
import { expect, test } from "vitest";
import type { RequestLogMode } from "../config/settings.ts";
import { AccessLog } from "./access-log.ts";

/** @returns the log's lines after requests with these statuses */
function linesOf(mode: RequestLogMode, statuses: readonly number[]): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line)) });
  {
    using log = new AccessLog(logger, mode);
    for (const status of statuses) log.add({ reqId: "req-1", method: "GET", url: "/", status, ms: 1 });
  }
  return lines;
}

const repeated = (status: number, times: number) => new Array<number>(times).fill(status);

test("a log of all requests has a line for each and no counts", () => {
  const lines = linesOf("all", [200, 404]);
  expect(lines.map(({ msg, status }) => [msg, status])).toEqual([
    ["request", 200],
    ["request", 404],
  ]);
});

test("a sample has the first of a hundred requests of each class, and the counts", () => {
  const lines = linesOf("sampled", [...repeated(200, 101), 503, 204]);
  expect(lines.map(({ msg, status, requests }) => requests ?? [msg, status])).toEqual([
    ["request", 200],
    ["request", 200],
    ["request", 503],
    { "2xx": 102, "5xx": 1 },
  ]);
});

test("a log without requests has the counts alone", () => {
  expect(linesOf("off", [200, 301, 301]).map(({ msg, requests }) => [msg, requests])).toEqual([
    ["requests", { "2xx": 1, "3xx": 2 }],
  ]);
});

test("nothing is written where there were no requests", () => {
  expect(linesOf("sampled", [])).toEqual([]);
});

import { describe, expect, test } from "vitest";
import type { Sample } from "./measure.ts";
import { planOf } from "./plan.ts";
import { plinthArms } from "./plinth-arm.ts";
import { reportOf } from "./report.ts";
import { sheetsOf } from "./sheets.ts";

const sample = (cpuUs: number, errors = 0): Sample => ({
  cpuUs,
  mainUs: cpuUs / 4,
  threadsUs: { main: cpuUs / 4, WorkerThread: (cpuUs * 3) / 4 },
  requestsPerSecond: 1e6 / cpuUs,
  p50Us: cpuUs * 2,
  p99Us: cpuUs * 100,
  peakBytes: 300 * 2 ** 20,
  errors,
});

function report(errors = 0) {
  const cells = planOf({ handlers: ["hello", "cpu"], tenants: [1, 1000], connections: [1, 32] });
  const measured = plinthArms.slice(0, 2).flatMap((arm, n) =>
    cells.map((cell, at) => ({
      arm,
      cell,
      samples: [100, 80, 120].map((us) => sample(us * (n + 1) + at, at === 1 ? errors : 0)),
    })),
  );
  const missing = [{ arm: plinthArms[2]!, why: "there is no Go" }];
  return reportOf({ benchmark: "throughput", client: "wrk", rounds: 3, seconds: 1, measured, missing });
}

describe("the tables", () => {
  test("have the median of the rounds and their range, the arms in their order", () => {
    const [byArm] = sheetsOf(report());
    expect(byArm?.title).toBe("hello, 1 tenant, 32 connections: CPU time, threads, memory");
    expect(byArm?.rows).toEqual([
      ["plinth js request", "101 (81 to 121)", "25", "76", "9,901", "300"],
      ["plinth js reuse", "201 (161 to 241)", "50", "151", "4,975", "300"],
    ]);
  });

  test("have a column for each number of connections, each handler, each number of tenants", () => {
    const [, latency, byHandler, byTenants, missing] = sheetsOf(report());
    expect(latency?.head).toEqual(["arm", "1 connection", "32 connections"]);
    expect(latency?.rows[0]).toEqual(["plinth js request", "0.20 / 10", "0.20 / 10"]);
    expect([byHandler?.head, byHandler?.rows[0]]).toEqual([
      ["arm", "hello", "cpu"],
      ["plinth js request", "101", "103"],
    ]);
    expect([byTenants?.head, byTenants?.rows[1]]).toEqual([
      ["arm", "1 tenant", "1,000 in turn"],
      ["plinth js reuse", "201", "202"],
    ]);
    expect(missing?.rows).toEqual([["plinth go request", "there is no Go"]]);
  });

  test("show errors where there were any", () => {
    const [byArm] = sheetsOf(report(2));
    expect(byArm?.head.at(-1)).toBe("errors");
    expect(byArm?.rows.map((row) => row.at(-1))).toEqual(["6", "6"]);
  });

  test("the report keeps each thread's share, and no digits that are noise", () => {
    const [first] = report().figures;
    expect(first).toMatchObject({
      cpuUs: { median: 100, least: 80, most: 120 },
      threadsUs: { WorkerThread: 75, main: 25 },
      requestsPerSecond: { median: 10_000 },
    });
  });
});

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

type Costs = Record<string, [hello: number, cpu: number]>;

/** A report in which an arm needs `us` for the hello and for the recursive function. */
function duel(us: Costs) {
  const cells = planOf({ handlers: ["hello", "cpu"], tenants: [1], connections: [32] });
  const measured = Object.entries(us).flatMap(([name, costs]) => {
    const arm = { ...plinthArms[0]!, name };
    return cells.map((cell, at) => ({ arm, cell, samples: [sample(costs[at]!)] }));
  });
  return reportOf({ benchmark: "peers", client: "wrk", rounds: 1, seconds: 1, measured, missing: [] });
}

describe("the peers that win", () => {
  const winnersOf = (us: Costs) => sheetsOf(duel(us)).find(({ title }) => title.includes("wins"));

  test("are those that are cheaper than every arm of Plinth, the cheapest first", () => {
    const costs: Costs = { "plinth js": [50, 100], "plinth go": [40, 20], b: [30, 30], a: [10, 90] };
    const found = winnersOf(costs);
    expect(found?.rows).toEqual([
      ["hello", "plinth go 40", "a 10, b 30"],
      ["cpu", "plinth go 20", "none"],
    ]);
  });

  test("have no table where there are no peers, or nothing of Plinth", () => {
    expect(winnersOf({ "plinth js": [50, 100] })).toBeUndefined();
    expect(winnersOf({ a: [50, 100] })).toBeUndefined();
  });
});

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

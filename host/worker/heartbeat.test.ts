import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Heartbeat, HeartbeatTable } from "./heartbeat.ts";

/** Computes until a step is over its budget. */
function spinUntilOverdue(table: HeartbeatTable): void {
  while (table.overdue().length === 0);
}

describe("heartbeat", () => {
  it("tells of a step that has used up its budget, and of no other", () => {
    const table = new HeartbeatTable(2);
    const spinning = new Heartbeat(table.buffer, 1);
    const patient = new Heartbeat(table.buffer, 2);
    spinning.begin(7, 1);
    patient.begin(8, 60_000);
    spinUntilOverdue(table);
    expect(table.overdue()).toMatchObject([{ threadId: 1, stepId: 7, budgetMs: 1 }]);
    spinning.end();
    expect(table.overdue()).toEqual([]);
  });

  it.skipIf(process.platform !== "linux")(
    "counts no time in which the thread waits, or others have the CPU",
    async () => {
      const table = new HeartbeatTable(1);
      new Heartbeat(table.buffer, 1).begin(7, 1_000);
      await sleep(1_100);
      expect(table.overdue()).toEqual([]);
    },
  );

  it("takes a step that began after the clock was read for a new one, not for one of 24 days", () => {
    const table = new HeartbeatTable(1);
    new Heartbeat(table.buffer, 1).begin(7, 1_000);
    const started = 3;
    Atomics.add(new Int32Array(table.buffer), started, 5);
    expect(table.overdue()).toEqual([]);
  });

  it("gives a row to a new worker once the old one is gone", () => {
    const table = new HeartbeatTable(1);
    const first = new Heartbeat(table.buffer, 1);
    expect(() => new Heartbeat(table.buffer, 2)).toThrow("no free row");
    first.begin(1, 1);
    spinUntilOverdue(table);
    expect(table.overdue()).toHaveLength(1);
    table.keepOnly(new Set([1]));
    expect(() => new Heartbeat(table.buffer, 2)).toThrow("no free row");
    table.keepOnly(new Set([2]));
    expect(table.overdue()).toEqual([]);
    expect(() => new Heartbeat(table.buffer, 2)).not.toThrow();
  });
});

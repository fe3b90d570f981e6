import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { HeartbeatTable } from "../worker/heartbeat.ts";
import { Watchdog } from "./watchdog.ts";

const heartbeatModule = new URL("../worker/heartbeat.ts", import.meta.url).href;

/** A worker that claims a row, begins a step with this budget, says so, and then does what `then` says. */
function startWorker(table: HeartbeatTable, budgetMs: number, then: string): Worker {
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(${JSON.stringify(heartbeatModule)}).then(({ Heartbeat }) => {
      new Heartbeat(workerData).begin(${budgetMs}, ${budgetMs});
      parentPort.postMessage("begun");
      ${then}
    });`;
  return new Worker(source, { eval: true, workerData: table.buffer });
}

describe("watchdog", () => {
  it("frees the row of a worker that has ended by itself in the middle of a step", async () => {
    const table = new HeartbeatTable(1);
    const threads = new Set<Worker>();
    const watchdog = new Watchdog(table, () => [...threads]);
    watchdog.start();
    for (let i = 0; i < 3; i++) {
      const worker = startWorker(table, 60_000, "setImmediate(() => process.exit());");
      threads.add(worker);
      await Promise.all([once(worker, "message"), once(worker, "exit")]);
      threads.delete(worker);
      await sleep(50);
    }
    expect(watchdog.hasEnded(60_000)).toBe(false);
    watchdog.stop();
  });

  it("ends a worker that is over its budget, and no other", async () => {
    const table = new HeartbeatTable(2);
    const spinning = startWorker(table, 100, "for (;;);");
    const patient = startWorker(table, 60_000, "setInterval(() => {}, 1_000);");
    const watchdog = new Watchdog(table, () => [spinning, patient]);
    const ended = once(spinning, "exit");
    await Promise.all([once(spinning, "message"), once(patient, "message")]);
    watchdog.start();
    await ended;
    watchdog.stop();
    expect(watchdog.hasEnded(100)).toBe(true);
    expect(watchdog.hasEnded(60_000)).toBe(false);
    await patient.terminate();
  });
});

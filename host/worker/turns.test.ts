import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { machineClocks } from "./clocks.ts";
import { Heartbeat, HeartbeatTable } from "./heartbeat.ts";
import { Turns } from "./turns.ts";

const generous = { cpuMs: 60_000, wallMs: 60_000, responseBodyBytes: 0, logBytes: 0 };

function open(limits: Partial<typeof generous> = {}) {
  const table = new HeartbeatTable(1);
  return { table, turns: new Turns(new Heartbeat(table.buffer, 1), 7, { ...generous, ...limits }, () => {}) };
}

/** Uses up CPU time of this thread. */
function work(cpuMs: number): void {
  const until = machineClocks.threadCpuMs() + cpuMs;
  while (machineClocks.threadCpuMs() < until);
}

const forEver = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

test("a turn is watched until the event loop turns, and the time between two turns is not", async () => {
  const { table, turns } = open({ cpuMs: 1 });
  turns.begin();
  expect(table.overdue()).toEqual([]);
  work(300);
  expect(table.overdue()).toMatchObject([{ threadId: 1, stepId: 7 }]);
  await setImmediate();
  expect(table.overdue()).toEqual([]);
});

test("a wait gives what was waited for, and its error", async () => {
  const { turns } = open();
  turns.begin();
  expect(await turns.waitFor(async () => "a reply")).toBe("a reply");
  const failure = new Error("no reply");
  await expect(turns.waitFor(() => Promise.reject(failure))).rejects.toBe(failure);
  await turns.wait(1);
});

test("the CPU time of all turns counts together, and time spent waiting or by others does not", async () => {
  const { turns } = open({ cpuMs: 500 });
  turns.begin();
  work(200);
  await turns.waitFor(async () => work(600));
  work(200);
  await turns.wait(1);
  work(200);
  expect(turns.cpuMs).toBeGreaterThanOrEqual(600);
  expect(turns.cpuMs).toBeLessThan(1200);
  await expect(turns.wait(1)).rejects.toMatchObject({ limit: "cpu" });
});

test("a wait ends when the request's time is up, and what was waited for is told so", async () => {
  const { turns } = open({ wallMs: 20 });
  turns.begin();
  let told: AbortSignal | undefined;
  const waiting = turns.waitFor((signal) => {
    told = signal;
    return forEver(signal);
  });
  await expect(waiting).rejects.toMatchObject({ limit: "wall" });
  expect(told?.aborted).toBe(true);
  await expect(turns.wait(60_000)).rejects.toMatchObject({ limit: "wall" });
});

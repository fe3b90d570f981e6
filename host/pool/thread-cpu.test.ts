import { expect, test } from "vitest";
import { threadControl } from "../threads/thread-control.ts";
import { ThreadCpu } from "./thread-cpu.ts";

const number = threadControl()?.ownNumber() ?? null;

/** Uses CPU time of this thread. */
function work(cpu: ThreadCpu, ms: number): void {
  for (const until = cpu.now()! + ms; cpu.now()! < until; );
}

test.skipIf(number === null)("the time at a step's start is that of the clock, to a millisecond of steps", () => {
  const cpu = new ThreadCpu(number);
  const first = cpu.atStart()!;
  work(cpu, 3);
  // The clock is not read again, because no step was reported.
  expect(cpu.atStart()).toBe(first);
  cpu.add(0.5);
  expect(cpu.atStart()).toBe(first + 0.5);
  cpu.add(2.5);
  expect(cpu.atStart()).toBeGreaterThanOrEqual(first + 3);
});

test("it is unknown where the system has no clocks of threads", () => {
  expect(new ThreadCpu(null).atStart()).toBeNull();
});

test("the usual time is that of the last steps", () => {
  const cpu = new ThreadCpu(null);
  cpu.add(5);
  expect(cpu.usualMs).toBeCloseTo(1);
  for (let n = 0; n < 30; n++) cpu.add(0.1);
  expect(cpu.usualMs).toBeCloseTo(0.1);
});

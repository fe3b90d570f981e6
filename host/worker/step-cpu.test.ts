import { expect, test } from "vitest";
import { StepCpu } from "./step-cpu.ts";

/** Passes wall time on this thread. */
function spin(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

/** A thread's clock that counts how often it is read. */
function clock() {
  const state = { cpuMs: 100, reads: 0 };
  const cpu = new StepCpu(() => {
    state.reads++;
    return state.cpuMs;
  });
  return { state, cpu };
}

test("the clock is not read again before short steps have added up to a millisecond", () => {
  const { state, cpu } = clock();
  cpu.begin();
  expect(state.reads).toBe(1);
  // A step that does nothing is not short if it was preempted, so it is tried again.
  let usedMs = cpu.end();
  for (let tries = 0; usedMs >= 1 && tries < 100; tries++) {
    cpu.begin();
    state.reads = 1;
    usedMs = cpu.end();
  }
  expect(state.reads).toBe(1);
  expect(usedMs).toBeGreaterThan(0);
  spin(1);
  cpu.begin();
  spin(1);
  cpu.end();
  const before = state.reads;
  cpu.begin();
  expect(state.reads).toBe(before + 1);
});

test("a step of more than a millisecond has the CPU time of the clock", () => {
  const { state, cpu } = clock();
  cpu.begin();
  spin(30);
  state.cpuMs += 20;
  expect(cpu.usedMs()).toBe(20);
  expect(cpu.end()).toBe(20);
});

test("a step has no more CPU time than wall time, whatever the thread has done since the last look", () => {
  const { state, cpu } = clock();
  cpu.begin();
  cpu.end();
  state.cpuMs += 5_000;
  cpu.begin();
  spin(2);
  expect(cpu.end()).toBeLessThan(5_000);
});

test("a step that the thread slept through has no CPU time", () => {
  const { cpu } = clock();
  cpu.begin();
  spin(2);
  expect(cpu.end()).toBe(0);
});

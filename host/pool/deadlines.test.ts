import { expect, test } from "vitest";
import { Deadlines } from "./deadlines.ts";

/** Waits until a deadline of `ms` has passed. @returns how long that took, ms */
function passes(deadlines: Deadlines, ms: number): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => deadlines.set(ms, () => resolve(performance.now() - began)));
}

test("deadlines are told once, none too early, and in their order", async () => {
  const deadlines = new Deadlines();
  const told: number[] = [];
  const wait = async (ms: number) => {
    expect(await passes(deadlines, ms)).toBeGreaterThanOrEqual(ms);
    told.push(ms);
  };
  await Promise.all([90, 0, 170, 45].map(wait));
  expect(told).toEqual([0, 45, 90, 170]);
  // A deadline must also work after a time without deadlines.
  await wait(10);
});

test("a deadline that was cleared is not told, also by another one of the same time", async () => {
  const deadlines = new Deadlines();
  const told: string[] = [];
  const first = deadlines.set(40, () => told.push("first"));
  const second = deadlines.set(40, () => {
    told.push("second");
    deadlines.clear(third);
  });
  const third = deadlines.set(40, () => told.push("third"));
  deadlines.clear(first);
  deadlines.clear(first);
  await passes(deadlines, 100);
  expect(told).toEqual(["second"]);
  deadlines.clear(second);
});

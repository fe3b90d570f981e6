import { expect, it } from "vitest";
import { monotonicNs, sleepUntil } from "./waiting.ts";

it("waits no shorter than until the deadline, and in pieces that a timer takes", async () => {
  const slept: number[] = [];
  const clock = { ms: 1_000.25 };
  const calls = {
    monotonic: () => clock.ms,
    sleep: async (ms: number) => {
      slept.push(ms);
      // A timer may end a little early.
      clock.ms += ms === 3 ? 2.5 : ms;
    },
  };
  const month = 30n * 24n * 3_600_000n;
  expect(monotonicNs(calls)).toBe(1_000_250_000n);
  await sleepUntil(calls, monotonicNs(calls) + 2_600_000n);
  expect(slept).toEqual([3, 1]);
  await sleepUntil(calls, monotonicNs(calls));
  expect(slept.splice(0)).toEqual([3, 1]);
  await sleepUntil(calls, monotonicNs(calls) + month * 1_000_000n);
  expect(slept).toEqual([0x7fffffff, Number(month) - 0x7fffffff + 1]);
});

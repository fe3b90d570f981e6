import { expect, test } from "vitest";
import type { StepLimits } from "../protocol/slot-step.ts";
import { HOST, RunningStep } from "./running-step.ts";
import type { SubmittedStep } from "./submitted-step.ts";

const limits = { cpuMs: 50 } as StepLimits;

function running(tenant: string, isCold: boolean): RunningStep {
  const submitted = { tenant, step: { limits }, submittedAt: performance.now() } as SubmittedStep;
  return new RunningStep(submitted, { lane: "trial", isCold, cpuAtStart: 0, behind: [] });
}

test("a step has 10 ms beyond its limit, and 35 on a thread that has to prepare for its program", () => {
  expect([60, 61].map((ms) => running("alice", false).isOver(ms, limits))).toEqual([false, true]);
  expect([85, 86].map((ms) => running("alice", true).isOver(ms, limits))).toEqual([false, true]);
});

test("once the program runs, the time to prepare is what it was", () => {
  const step = running("alice", true);
  step.noteBegin(4);
  step.noteBegin(40);
  expect([64, 65].map((ms) => step.isOver(ms, limits))).toEqual([false, true]);
});

test("a program that was seen late has no more than one that was not seen at all", () => {
  const step = running("alice", true);
  step.noteBegin(300);
  expect([85, 86].map((ms) => step.isOver(ms, limits))).toEqual([false, true]);
});

test("a step of the host's own is not over, whatever it takes, while it is no program's", () => {
  expect(running(HOST, true).isOver(10_000, limits)).toBe(false);
});

import type { Usage } from "../observe/usage.ts";
import type { StepResult } from "../protocol/slot-step.ts";
import type { RunningStep } from "./running-step.ts";

/** Counts a step that has ended as what its tenant has used. */
export function countStep(
  usage: Usage,
  { submitted, waitedMs, isCold }: RunningStep,
  { switchUs, reads }: StepResult,
): void {
  const own = usage.of(submitted.tenant);
  own.steps++;
  own.waitMs += waitedMs;
  own.switchMs += switchUs / 1000;
  own.kvReads += reads;
  if (isCold) own.coldSteps++;
}

import type { Usage } from "../observe/usage.ts";
import type { StepResult } from "../protocol/slot-step.ts";
import type { RunningStep } from "./running-step.ts";

/** Counts an ended step as its tenant's use. */
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

import type { SlotStep, StepResult } from "../protocol/slot-step.ts";

/** Takes the end of a step, once. */
export interface StepOwner {
  stepEnded(result: StepResult): void;
  /** @param error PlinthError; StepEnded if the step ran over its CPU time; WorkerLost */
  stepFailed(error: unknown): void;
}

/** A step that was submitted. */
export interface SubmittedStep {
  readonly tenant: string;
  readonly step: SlotStep;
  readonly owner: StepOwner;
  /** Time of `performance.now`, ms. */
  readonly submittedAt: number;
}

/** Names what a thread keeps of a step's program. */
export function imageOf({ step: { program } }: SubmittedStep): string {
  return program.reuse ?? program.image.delta.key;
}

import type { StaticResult, StaticStep } from "../protocol/static-step.ts";
import type { Lane } from "./lanes.ts";

/** A request to a static program, from the queue to its end in a thread. */
export interface StaticRun {
  readonly tenant: string;
  readonly step: StaticStep;
  /** Bytes that the tenant's waiting requests may hold together. */
  readonly memoryLimitBytes: number;
  resolve(result: StaticResult): void;
  reject(error: unknown): void;
  lane: Lane;
  /** The run was moved from the fast lane to the slow one while it began. */
  demoted: boolean;
  /** CPU time that the tenant was charged for this run, ms. */
  chargedMs: number;
  /** The linear memory of the run's instance, while it waits. */
  held: Disposable | null;
}

export function newRun(
  tenant: string,
  step: StaticStep,
  memoryLimitBytes: number,
): { run: StaticRun; result: Promise<StaticResult> } {
  const { promise, resolve, reject } = Promise.withResolvers<StaticResult>();
  const run: StaticRun = {
    tenant,
    step,
    memoryLimitBytes,
    resolve,
    reject,
    lane: "fast",
    demoted: false,
    chargedMs: 0,
    held: null,
  };
  return { run, result: promise };
}

/** A tenant's limits (host/config/limits.ts) in the form for workers. */
import type { TenantLimits } from "../config/limits.ts";
import { wholeWasmPages } from "../memory/index.ts";
import type { StepLimits } from "../protocol/slot-step.ts";
import type { StaticLimits } from "../protocol/static-step.ts";
import { hardBudgetMs } from "../worker/hard-budget.ts";

/** Grace beyond the CPU time, which the engine polls. A static program's turns have their own: worker/turns.ts. */
const GRACE_MS = 250;

/** @param used the part of its limits that the request has used in earlier steps */
export function stepLimits(limits: TenantLimits, used = { cpuMs: 0, operations: 0 }): StepLimits {
  // A request that has used up its time runs to its next poll, where the engine stops it with the right error.
  const cpuMs = Math.max(1, limits.cpuMs - used.cpuMs);
  return {
    cpuMs,
    hardMs: hardBudgetMs(cpuMs, GRACE_MS),
    memoryPages: wholeWasmPages(limits.memoryLimitBytes),
    responseBodyBytes: limits.responseBodyLimitBytes,
    logBytes: limits.logLimitBytes,
    operations: Math.max(0, limits.operationLimit - used.operations),
  };
}

/** The limits of a whole request to a static program. */
export function staticLimits({ cpuMs, wallMs, responseBodyLimitBytes, logLimitBytes }: TenantLimits): StaticLimits {
  return { cpuMs, wallMs, responseBodyBytes: responseBodyLimitBytes, logBytes: logLimitBytes };
}

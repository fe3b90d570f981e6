/** A tenant's limits (host/config/limits.ts) as workers are told them. */
import type { TenantLimits } from "../config/limits.ts";
import { wholeWasmPages } from "../memory/index.ts";
import type { StepLimits } from "../protocol/slot-step.ts";
import type { StaticLimits } from "../protocol/static-step.ts";
import { hardBudgetMs } from "../worker/hard-budget.ts";

/** The engine polls the CPU time and stops by itself. A static program's stretch has a grace of its own: worker/turns.ts. */
const GRACE_MS = 250;

/** @param used what the request has taken of its limits in earlier steps */
export function stepLimits(limits: TenantLimits, used = { cpuMs: 0, operations: 0 }): StepLimits {
  // A request that has used up its time gets to its next poll, and is told so.
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

/** Those of a whole request to a static program. */
export function staticLimits({ cpuMs, wallMs, responseBodyLimitBytes, logLimitBytes }: TenantLimits): StaticLimits {
  return { cpuMs, wallMs, responseBodyBytes: responseBodyLimitBytes, logBytes: logLimitBytes };
}

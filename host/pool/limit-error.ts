import type { TenantLimits } from "../config/limits.ts";
import { type PlinthError, plinthError } from "../errors.ts";
import type { LimitHit } from "../protocol/slot-step.ts";

/** The client's error for a request that a limit has ended; null if the program failed by itself. */
export function limitError(hit: LimitHit | null, limits: TenantLimits): PlinthError {
  switch (hit) {
    case "cpu":
      return plinthError("PLINTH_CPU_LIMIT", [limits.cpuMs]);
    case "wall":
      return plinthError("PLINTH_WALL_LIMIT", [limits.wallMs]);
    case "memory":
      return plinthError("PLINTH_MEMORY_LIMIT", [limits.memoryLimitBytes]);
    case "response":
      return plinthError("PLINTH_RESPONSE_TOO_LARGE", [limits.responseBodyLimitBytes]);
    case "response-headers":
      return plinthError("PLINTH_BAD_RESPONSE", ["its headers are too large"]);
    case "never-settles":
      return plinthError("PLINTH_TENANT_NEVER_RESPONDS");
    // The program gets an error for the operation and may go on. If it throws then, the failure is its own.
    case "operations":
    case null:
      return plinthError("PLINTH_TENANT_EXCEPTION");
  }
}

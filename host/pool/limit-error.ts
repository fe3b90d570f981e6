import type { TenantLimits } from "../config/limits.ts";
import { type PlinthError, plinthError } from "../errors.ts";
import type { LimitHit } from "../protocol/slot-step.ts";

/** What the client is told of a request that a limit has ended; null: the program has failed by itself. */
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
    // The program is told of its operations, and may go on; what it throws then is its own.
    case "operations":
    case null:
      return plinthError("PLINTH_TENANT_EXCEPTION");
  }
}

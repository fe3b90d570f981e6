import { type PlinthError, plinthError } from "../errors.ts";
import type { PrepareLimits } from "./prepared.ts";

/** The error for the uploader, if a limit has ended the start-up. */
export function startLimit(hit: "cpu" | "memory", limits: PrepareLimits, cause?: unknown): PlinthError {
  const [what, most] =
    hit === "cpu" ? ["CPU time", `${limits.startCpuMs} ms`] : ["memory", `${limits.memoryBytes} bytes`];
  return plinthError("PLINTH_TENANT_START_LIMIT", [what!, most!], { cause });
}

/** The limits of a version: its configuration (host/manifest/) may lower those of its tenant. */
import type { TenantLimits } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import type { RuntimeConfig } from "../manifest/schema.ts";
import type { Version } from "../store/store.ts";

/** The configuration was checked before it was stored. */
export function configOf(version: Version): RuntimeConfig {
  return version.config as RuntimeConfig;
}

/** Takes the lower one of each pair of limits. */
export function lowered(allowed: TenantLimits, own: RuntimeConfig["limits"] = {}): TenantLimits {
  const limits = Object.entries(allowed).map(([name, limit]) => [
    name,
    Math.min(limit, own[name as keyof TenantLimits] ?? limit),
  ]);
  return Object.fromEntries(limits) as TenantLimits;
}

/** @throws PLINTH_MANIFEST_LIMIT */
export function refuseLimitsAbove(allowed: TenantLimits, own: RuntimeConfig["limits"] = {}): void {
  for (const [name, limit] of Object.entries(own)) {
    const most = allowed[name as keyof TenantLimits];
    if (limit > most)
      throw plinthError("PLINTH_MANIFEST_LIMIT", [name, limit, most], { details: { limit: name, allowed: most } });
  }
}

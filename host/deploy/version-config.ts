/** What a version's configuration (host/manifest/) comes to beside what its tenant has: limits, grants, isolation. */
import { type Grants, noGrants } from "../bindings/binding.ts";
import type { TenantLimits } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import type { RuntimeConfig } from "../manifest/schema.ts";
import type { TenantName } from "../store/names.ts";
import type { Version } from "../store/store.ts";

export interface GrantSources {
  /** The tenant's secrets by name. @throws PLINTH_SECRET_UNREADABLE */
  secretsOf(tenant: TenantName): Readonly<Record<string, string>>;
  /** What the tenant may use of the namespaces that its version names. */
  kvOf(tenant: TenantName, sources: NonNullable<RuntimeConfig["kv"]>): Grants["kv"];
}

/** It was checked before it came to the registry. */
export function configOf(version: Version): RuntimeConfig {
  return version.config as RuntimeConfig;
}

/** @returns `noGrants` itself where that is nothing. @throws PLINTH_SECRET_UNREADABLE */
export function grantsOf(tenant: TenantName, config: RuntimeConfig, sources: GrantSources): Grants {
  const kv = sources.kvOf(tenant, config.kv ?? []);
  const allow = config.fetch?.allow ?? [];
  const named = Object.entries({ ...config.vars, ...sources.secretsOf(tenant) });
  // A namespace that is not granted (any more) keeps its name.
  const taken = new Set(config.kv?.map(({ binding }) => binding));
  const vars = Object.fromEntries(named.filter(([name]) => !taken.has(name)));
  const nothing = [vars, kv, allow].every((part) => Object.keys(part).length === 0);
  return nothing ? noGrants : { vars, kv, fetch: { allow } };
}

/** Of each limit the lower one. */
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

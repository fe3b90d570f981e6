/** Makes the targets of the pool from versions in the registry. */
import type { HostBindings } from "../bindings/host-bindings.ts";
import type { TenantLimits } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import type { Target } from "../pool/target.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Sha256 } from "../store/names.ts";
import type { Store, Tenant, Version } from "../store/store.ts";
import { functionsOf } from "./functions-of.ts";
import { readSlimMeta } from "./slim-meta.ts";
import { configOf, lowered } from "./version-config.ts";

export interface TargetsOptions {
  readonly store: Store;
  readonly runtimes: readonly Runtime[];
  readonly bindings: Pick<HostBindings, "grantsOf">;
  /** The limits that the operator gives the tenant. */
  limitsOf(tenant: Tenant): TenantLimits;
}

export class Targets {
  readonly #store: Store;
  readonly #runtimes: Map<string, Runtime>;
  readonly #options: TargetsOptions;

  constructor(options: TargetsOptions) {
    this.#store = options.store;
    this.#runtimes = new Map(options.runtimes.map((runtime) => [runtime.key, runtime]));
    this.#options = options;
  }

  /**
   * @returns null if the tenant has no active version
   * @throws PlinthError PLINTH_VERSION_STALE, PLINTH_SECRET_UNREADABLE
   */
  active(tenant: Tenant): Target | null {
    const { name, activeVersion } = tenant;
    return activeVersion === null ? null : this.#of(tenant, this.#store.getVersion(name, activeVersion));
  }

  /** The version that a rollout gives a share of the traffic; null if there is none. @throws as `active` */
  candidate(tenant: Tenant): Target | null {
    const { name, rollout } = tenant;
    return rollout === null ? null : this.#of(tenant, this.#store.getVersion(name, rollout.version));
  }

  /**
   * @throws PlinthError PLINTH_VERSION_STALE if its image belongs to another build of the runtime;
   * PLINTH_SECRET_UNREADABLE
   */
  #of(tenant: Tenant, version: Version): Target {
    const { id, artifacts } = version;
    const config = configOf(version);
    const common = {
      tenant: tenant.name,
      version: id,
      limits: lowered(this.#options.limitsOf(tenant), config.limits),
      grants: this.#options.bindings.grantsOf(tenant.name, config, artifacts),
      sourceMap: artifacts.sourceMap ?? null,
    };
    if (version.kind === "wasi") {
      return { ...common, kind: "wasi", component: version.component, module: this.#blob(artifacts.module!) };
    }
    const glue = this.#blob(artifacts.glue!);
    if (version.kind === "static") {
      const coreModules = Object.entries(artifacts)
        .filter(([name]) => name.startsWith("core:"))
        .map(([name, hash]) => ({ fileName: name.slice("core:".length), blob: this.#blob(hash) }));
      return { ...common, kind: "static", component: version.component, glue, coreModules };
    }
    if (this.isStale(version)) throw plinthError("PLINTH_VERSION_STALE", [id, tenant.name, version.runtime ?? ""]);
    const { globals, pages } = readSlimMeta(version.meta);
    const image = { delta: this.#blob(artifacts.delta!), functions: functionsOf(this.#store, version), globals, pages };
    const reuse = (config.isolation ?? tenant.isolation) === "reuse";
    return { ...common, kind: "slim", runtime: version.runtime!, image, reuse, glue };
  }

  /** Whether a slim version's image was captured on a build of its runtime that this host no longer has. */
  isStale(version: Version): boolean {
    if (version.kind !== "slim") return false;
    return this.#runtimes.get(version.runtime ?? "")?.build !== version.meta.build;
  }

  #blob(hash: Sha256): BlobRef {
    return { key: hash, path: this.#store.blobPath(hash) };
  }
}

/** From a version in the registry to what the pool dispatches to. */
import type { TenantLimits } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import type { Target } from "../pool/target.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Sha256, TenantName } from "../store/names.ts";
import type { Store, Version } from "../store/store.ts";
import type { BlobRef } from "../worker/protocol.ts";
import { readSlimMeta } from "./slim-meta.ts";

export class Targets {
  readonly #store: Store;
  readonly #runtimes: Map<string, Runtime>;
  readonly #limitsOf: (tenant: TenantName) => TenantLimits;

  constructor(store: Store, runtimes: readonly Runtime[], limitsOf: (tenant: TenantName) => TenantLimits) {
    this.#store = store;
    this.#runtimes = new Map(runtimes.map((runtime) => [runtime.key, runtime]));
    this.#limitsOf = limitsOf;
  }

  /** @returns null where the tenant has no active version. @throws PlinthError PLINTH_VERSION_STALE */
  active(tenant: TenantName): Target | null {
    const { activeVersion } = this.#store.getTenant(tenant);
    return activeVersion === null ? null : this.of(this.#store.getVersion(tenant, activeVersion));
  }

  /** @throws PlinthError PLINTH_VERSION_STALE where its image belongs to another build of the runtime */
  of(version: Version): Target {
    const { tenant, id, artifacts } = version;
    const common = { tenant, version: id, limits: this.#limitsOf(tenant), sourceMap: artifacts.sourceMap ?? null };
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
    if (this.isStale(version)) throw plinthError("PLINTH_VERSION_STALE", [id, tenant, version.runtime ?? ""]);
    const { globals, pages, functionCount } = readSlimMeta(version.meta);
    const functions =
      functionCount === undefined ? null : { module: this.#blob(artifacts.functions!), count: functionCount };
    const image = { delta: this.#blob(artifacts.delta!), functions, globals, pages };
    const reuse = this.#store.getTenant(tenant).isolation === "reuse";
    return { ...common, kind: "slim", runtime: version.runtime!, image, reuse, glue };
  }

  /** Whether a slim version's image was captured on a build of its runtime that this host no longer has. */
  isStale(version: Version): boolean {
    if (version.kind !== "slim") return false;
    return this.#runtimes.get(version.runtime ?? "")?.build !== version.runtimeIntegrity;
  }

  #blob(hash: Sha256): BlobRef {
    return { key: hash, path: this.#store.blobPath(hash) };
  }
}

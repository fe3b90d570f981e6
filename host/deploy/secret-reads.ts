/** Refuses secrets that a start-up has read, and versions whose start-up has read a secret (`refuseReads`). */
import { refuseReads, type StartRead } from "../bindings/start-reads.ts";
import type { Store, TenantName, Version } from "../store/store.ts";
import { readSlimMeta } from "./slim-meta.ts";

type ReadStore = Pick<Store, "getTenant" | "getVersion" | "listSecrets">;

export class SecretReads {
  readonly #store: ReadStore;

  constructor(store: ReadStore) {
    this.#store = store;
  }

  /** @param version null for a version that is about to be added @throws PLINTH_SECRET_READ_AT_START */
  refuseReadsOf(tenant: TenantName, reads: readonly StartRead[], version: number | null): void {
    if (reads.length === 0) return;
    const secrets = this.#store.listSecrets(tenant).map(({ name }) => name);
    refuseReads(reads, secrets, version);
  }

  /** Call it before the version serves. @throws PLINTH_SECRET_READ_AT_START */
  readonly refuseVersion = (version: Version): void => {
    this.refuseReadsOf(version.tenant, readsOf(version), version.id);
  };

  /** Call it before the secret is set. @throws PLINTH_TENANT_NOT_FOUND, PLINTH_SECRET_READ_AT_START */
  refuseSecret(tenant: TenantName, secret: string): void {
    const { activeVersion, rollout } = this.#store.getTenant(tenant);
    for (const id of [activeVersion, rollout?.version ?? null]) {
      if (id !== null) refuseReads(readsOf(this.#store.getVersion(tenant, id)), [secret], id);
    }
  }
}

/** Only slim programs have reads at start: all others start anew for each request, with its secrets. */
function readsOf({ kind, meta }: Version): readonly StartRead[] {
  return kind === "slim" ? readSlimMeta(meta).startReads : [];
}

/** Keeps apart secrets and versions whose start-up has read them (`refuseReads`), whichever comes first. */
import { refuseReads, type StartRead } from "../bindings/start-reads.ts";
import type { Store, TenantName, Version } from "../store/store.ts";
import { readSlimMeta } from "./slim-meta.ts";

type ReadStore = Pick<Store, "getTenant" | "getVersion" | "listSecrets">;

export class SecretReads {
  readonly #store: ReadStore;

  constructor(store: ReadStore) {
    this.#store = store;
  }

  /** @param version null for one that is about to be added. @throws PLINTH_SECRET_READ_AT_START */
  refuseReadsOf(tenant: TenantName, reads: readonly StartRead[], version: number | null): void {
    if (reads.length === 0) return;
    const secrets = this.#store.listSecrets(tenant).map(({ name }) => name);
    refuseReads(reads, secrets, version);
  }

  /** Before the version serves. @throws PLINTH_SECRET_READ_AT_START */
  readonly refuseVersion = (version: Version): void => {
    this.refuseReadsOf(version.tenant, readsOf(version), version.id);
  };

  /** Before the secret is there. @throws PLINTH_TENANT_NOT_FOUND, PLINTH_SECRET_READ_AT_START */
  refuseSecret(tenant: TenantName, secret: string): void {
    const { activeVersion, rollout } = this.#store.getTenant(tenant);
    for (const id of [activeVersion, rollout?.version ?? null]) {
      if (id !== null) refuseReads(readsOf(this.#store.getVersion(tenant, id)), [secret], id);
    }
  }
}

/** Other programs than slim ones start anew for each request, with its secrets. */
function readsOf({ kind, meta }: Version): readonly StartRead[] {
  return kind === "slim" ? readSlimMeta(meta).startReads : [];
}

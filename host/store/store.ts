/**
 * The store: the registry of tenants and versions, and the blobs of the versions.
 *
 * Reads of the registry are local and synchronous; writes and blobs are asynchronous. Both an embedded engine and a
 * distributed one (local replica, central order of writes) can keep this promise. A write's promise is fulfilled when
 * the write is durable and the listeners have run.
 */

import type { Swept } from "./blobs.ts";
import type { DataFolder } from "./data-folder.ts";
import type { Sha256, TenantName } from "./names.ts";
import type {
  AuditEntry,
  AuditedChange,
  Change,
  NewAuditEntry,
  NewToken,
  NewVersion,
  Page,
  Rollout,
  Route,
  SealedSecret,
  Tenant,
  TenantSettings,
  Token,
  Version,
  VersionUsage,
} from "./records.ts";

export type { Sha256, TenantName } from "./names.ts";
export type * from "./records.ts";

export interface Store extends AsyncDisposable {
  /** The folder itself, for parts of the host that have files of their own there. */
  readonly folder: DataFolder;
  /** @throws PLINTH_TENANT_EXISTS, PLINTH_HOSTNAME, PLINTH_HOSTNAME_TAKEN */
  createTenant(
    name: TenantName,
    options?: TenantSettings & { readonly hostnames?: readonly string[] },
  ): Promise<Tenant>;
  /** @throws PLINTH_TENANT_NOT_FOUND */
  getTenant(name: TenantName): Tenant;
  findTenant(name: TenantName): Tenant | undefined;
  /** Lists tenants in the order of their names. `limit`: 1 to 1000, 100 if not given. */
  listTenants(options?: { readonly limit?: number; readonly after?: string }): Page<Tenant>;
  /**
   * Replaces all custom hostnames of the tenant.
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_HOSTNAME, PLINTH_HOSTNAME_TAKEN
   */
  setHostnames(name: TenantName, hostnames: readonly string[]): Promise<Tenant>;
  /** @throws PLINTH_TENANT_NOT_FOUND */
  setSettings(name: TenantName, settings: TenantSettings): Promise<Tenant>;
  /**
   * Deletes the tenant with all its versions, and a while later the blobs that no other version refers to.
   * @throws PLINTH_TENANT_NOT_FOUND
   */
  deleteTenant(name: TenantName): Promise<void>;

  /**
   * Adds the version, and activates it if asked, in one transaction. All its blobs must have been put before.
   * @param options `most`: limits of the tenant's versions, this one included; no limit if not given
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_BLOB_CORRUPT if a blob is not there, PLINTH_VERSION_LIMIT,
   *   PLINTH_VERSION_STORAGE_LIMIT
   */
  addVersion(
    tenant: TenantName,
    version: NewVersion,
    options: { readonly activate: boolean; readonly most?: VersionUsage },
  ): Promise<Version>;
  /** Bytes of the tenant's versions. A static file that several of them have counts once. */
  versionUsage(tenant: TenantName): VersionUsage;
  /** The static files that the tenant's versions have, each with its bytes. */
  assetsOf(tenant: TenantName): ReadonlyMap<Sha256, number>;
  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND */
  getVersion(tenant: TenantName, id: number): Version;
  /**
   * Lists versions, newest first. `limit`: 1 to 100, 100 if not given, because each version may bring 64 KiB of
   * configuration.
   *
   * @throws PLINTH_TENANT_NOT_FOUND
   */
  listVersions(tenant: TenantName, options?: { readonly limit?: number; readonly after?: string }): Page<Version>;
  /** Activates a version; an active one stays as it is. @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND */
  activate(tenant: TenantName, id: number): Promise<Tenant>;
  /**
   * Activates the version that was active before the present one, and forgets that the present one was active, so that
   * a second rollback goes one version further back.
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_NO_PREVIOUS_VERSION
   */
  rollback(tenant: TenantName, refuse?: (version: Version) => void): Promise<Tenant>;
  /**
   * Gives a version a share of the traffic beside the active one, in place of the version that had one; null ends the
   * rollout, and so does every activation and rollback.
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND, PLINTH_ROLLOUT
   */
  setRollout(tenant: TenantName, rollout: Rollout | null): Promise<Tenant>;
  /**
   * Deletes a version. Its blobs are removed a while later, when requests that still read them have ended.
   *
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND, PLINTH_VERSION_ACTIVE, PLINTH_VERSION_IN_ROLLOUT
   */
  deleteVersion(tenant: TenantName, id: number): Promise<void>;

  /** All tenants, for a routing table in memory; `onChange` says when to read them again. */
  routes(): readonly Route[];
  /**
   * Calls the listener after each commit, before the write's promise is fulfilled. So a caller that waits for a deploy
   * finds it routed. An error of a listener does not reach the writer.
   * @returns a function that ends the subscription
   */
  onChange(listener: (change: Change) => void): () => void;

  /** Adds a secret, or replaces the one of that name. @throws PLINTH_TENANT_NOT_FOUND */
  putSecret(secret: Omit<SealedSecret, "updatedAt">): Promise<SealedSecret>;
  /** Lists secrets in the order of their names; those of all tenants if none is named. */
  listSecrets(tenant?: TenantName): readonly SealedSecret[];
  /** @returns whether there was such a secret */
  deleteSecret(tenant: TenantName, name: string): Promise<boolean>;
  /** Exchanges the seals of existing secrets in one transaction. Their values and times stay. */
  resealSecrets(secrets: readonly SealedSecret[]): Promise<void>;

  /** @throws PLINTH_TENANT_NOT_FOUND */
  addToken(token: NewToken): Promise<Token>;
  /** Finds the token unless it has expired. */
  findTokenByHash(hash: Sha256): Token | undefined;
  /** Renews `lastUsedAt`, at most once a minute, because it is a write. */
  noteTokenUse(token: Token): void;
  /** Lists tokens in the order of their creation, expired ones included. `limit`: 1 to 1000, 100 if not given. */
  listTokens(options?: { readonly limit?: number; readonly after?: string }): Page<Token>;
  findTokensByLabel(label: string): readonly Token[];
  /** Number of tokens of a tenant, or of the operator (null), expired ones included. */
  countTokens(tenant: TenantName | null): number;
  /** @throws PLINTH_TOKEN_NOT_FOUND */
  deleteToken(id: string): Promise<void>;

  /**
   * Runs a change that belongs in the audit log. The store's first transaction inside the change also writes the entry,
   * so that neither is there without the other.
   * @param change gets `recorded` when the entry is written. If it is not written, the caller calls `addAuditEntry`
   */
  audited<Result>(change: AuditedChange, work: () => Result): Result;
  addAuditEntry(entry: NewAuditEntry): void;
  /** Lists the audit log, newest first. `limit`: 1 to 1000, 100 if not given; `before`: entries with smaller ids only. */
  listAudit(options?: {
    readonly tenant?: string;
    readonly before?: number;
    readonly limit?: number;
  }): readonly AuditEntry[];
  /** Removes old entries. @param before ISO 8601, UTC, with milliseconds: older entries go */
  pruneAudit(before: string): void;

  /**
   * Removes unfinished files and unneeded blobs that a crash has left. It is called once, when the whole data folder
   * has been checked and before anybody writes.
   *
   * @throws PLINTH_DATABASE if the registry is damaged; then nothing is removed
   */
  sweep(): Promise<Swept>;
  /**
   * Writes a blob. It is durable when the promise is fulfilled. A second put of the same bytes is cheap.
   *
   * @param stagedMs for a blob of a version that comes later: the blob goes if no version has it within so many ms
   */
  putBlob(bytes: Uint8Array, stagedMs?: number): Promise<Sha256>;
  /** Reads a blob and checks its hash. @throws PLINTH_BLOB_CORRUPT if the blob is missing or damaged */
  getBlob(hash: Sha256): Promise<Uint8Array>;
  /**
   * A file of this machine with the bytes of a blob that was put. Workers read it themselves, so that no bytes are
   * copied from thread to thread. The reader checks the hash, and must not write to the file.
   */
  blobPath(hash: Sha256): string;

  close(): Promise<void>;
}

/**
 * The store: the registry of tenants and versions, and the blobs they consist of.
 *
 * Reads of the registry are local and synchronous, writes and blobs are asynchronous: that is what an embedded engine
 * and a distributed one (local replica, central order of writes) can both keep. A write's promise is fulfilled when the
 * write is durable and the listeners have run.
 */

import type { DataFolder } from "./data-folder.ts";
import type { Sha256, TenantName } from "./names.ts";

export type { Sha256, TenantName } from "./names.ts";

/** `request`: every request starts from the tenant's image. `reuse`: state stays while the tenant stays in its slot. */
export type Isolation = "request" | "reuse";

/**
 * `slim`: a component that imports its runtime. `static`: one with everything inside. `wasi`: a WASI command, a core
 * module.
 */
export type ComponentKind = "slim" | "static" | "wasi";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export interface Tenant {
  readonly name: TenantName;
  /** Custom hostnames, in lower case; no two tenants share one. */
  readonly hostnames: readonly string[];
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  /** `null` until a version has been activated. */
  readonly activeVersion: number | null;
  /** The tenant's own limits in place of the host's defaults, by the names of host/config/limits.ts; mostly empty. */
  readonly limits: JsonObject;
  readonly isolation: Isolation;
  /** `null` where all of the traffic goes to the active version. */
  readonly rollout: Rollout | null;
}

/** A version that serves a share of the traffic beside the active one. */
export interface Rollout {
  readonly version: number;
  /** Percentage of the visitors, 0 to 100. */
  readonly percent: number;
}

/** A secret as it is kept; host/bindings/vars/ seals and opens it. */
export interface SealedSecret {
  readonly tenant: TenantName;
  readonly name: string;
  /** Which of the operator's keys it was sealed with. */
  readonly keyId: string;
  readonly sealed: Uint8Array;
  /** ISO 8601, UTC, with milliseconds. */
  readonly updatedAt: string;
}

/**
 * One immutable deployment. `(tenant, id)` names it for ever: an id is not given again, even if the tenant is deleted and
 * made anew.
 */
export interface Version {
  readonly tenant: TenantName;
  /** 1, 2, 3... for each tenant. */
  readonly id: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly kind: ComponentKind;
  /** Such as `plinth:js@1.0.0`; `null` for a static component or a WASI command. */
  readonly runtime: string | null;
  /**
   * Integrity of the runtime that the version was linked to, as `GET /v1/runtimes` lists it: "sha256-...", base64. `null`
   * where there is no runtime, and for versions that were deployed before it was noted.
   */
  readonly runtimeIntegrity: string | null;
  /** The upload. */
  readonly component: Sha256;
  /** Bytes of the upload. */
  readonly uploadBytes: number;
  /** The products of the deploy, by name: delta, glue, source map, core modules. */
  readonly artifacts: Readonly<Record<string, Sha256>>;
  /** The deploy's own notes; the store does not look inside. */
  readonly meta: JsonObject;
  /** The version's configuration: the run-time part of its manifest (host/manifest/), with the vars and without secrets. */
  readonly config: JsonObject;
}

export type NewVersion = Omit<Version, "tenant" | "id" | "createdAt" | "config"> & {
  /** No configuration if not given. */
  readonly config?: JsonObject;
};

export interface TenantSettings {
  readonly limits?: JsonObject;
  readonly isolation?: Isolation;
}

/** A token for the admin API. Only its hash is kept; see host/admin/auth.ts. */
export interface Token {
  readonly id: string;
  readonly hash: Sha256;
  readonly label: string;
  /** `operator`: everything. `tenant`: the things of one tenant, which host/admin/access.ts lists. */
  readonly scope: "operator" | "tenant";
  /** The tenant of a tenant's token, which is deleted with the tenant. */
  readonly tenant: TenantName | null;
  /** ISO 8601, UTC, with milliseconds; so are the next two. */
  readonly createdAt: string;
  /** From then on the token is not found by its hash. `null`: it is valid until it is deleted. */
  readonly expiresAt: string | null;
  /** To the minute; `null` if never. */
  readonly lastUsedAt: string | null;
}

export type NewToken = Pick<Token, "id" | "hash" | "label" | "scope"> & Partial<Pick<Token, "tenant" | "expiresAt">>;

/** One change by the admin API, or one that was refused. */
export interface AuditEntry {
  /** Numbers count up; none is given twice. */
  readonly id: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly time: string;
  readonly token: { readonly id: string; readonly label: string };
  /** Such as "version.activate". */
  readonly action: string;
  /** `null` if the change concerns no tenant, or all. */
  readonly tenant: string | null;
  /** The thing of the tenant that the change concerns: a version's number, a secret's name. */
  readonly target: string | null;
  /** "done", or an error's code. */
  readonly outcome: string;
  /** Id of the admin API's request, as in the host's log. */
  readonly request: string;
}

export type NewAuditEntry = Omit<AuditEntry, "id" | "time">;

/** A change under way. The store fills in what only it knows: a new version's number, for instance. */
export interface AuditedChange extends Pick<AuditEntry, "token" | "action" | "request"> {
  tenant: string | null;
  target: string | null;
  recorded: boolean;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The `after` of the next page; `null` at the end. */
  readonly next: string | null;
}

/** The part of a tenant that the ingress needs to route a request. */
export interface Route {
  readonly tenant: TenantName;
  readonly hostnames: readonly string[];
  readonly activeVersion: number | null;
}

export type ChangeKind =
  | "tenant-created"
  | "tenant-changed" // hostnames, limits or isolation
  | "tenant-deleted"
  | "version-added"
  | "version-activated" // by activate, rollback, or addVersion (after its version-added)
  | "version-deleted"
  | "rollout-changed"
  | "secrets-changed";

export interface Change {
  readonly tenant: TenantName;
  readonly kind: ChangeKind;
}

export interface Store extends AsyncDisposable {
  /** What belongs together in the data folder: for parts of the host that have files of their own there. */
  readonly folder: DataFolder;
  /** @throws PLINTH_TENANT_EXISTS, PLINTH_HOSTNAME, PLINTH_HOSTNAME_TAKEN */
  createTenant(
    name: TenantName,
    options?: TenantSettings & { readonly hostnames?: readonly string[] },
  ): Promise<Tenant>;
  /** @throws PLINTH_TENANT_NOT_FOUND */
  getTenant(name: TenantName): Tenant;
  findTenant(name: TenantName): Tenant | undefined;
  /** In the order of their names. `limit`: 1 to 1000, 100 if not given. */
  listTenants(options?: { readonly limit?: number; readonly after?: string }): Page<Tenant>;
  /**
   * Replaces all custom hostnames of the tenant.
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_HOSTNAME, PLINTH_HOSTNAME_TAKEN
   */
  setHostnames(name: TenantName, hostnames: readonly string[]): Promise<Tenant>;
  /** @throws PLINTH_TENANT_NOT_FOUND */
  setSettings(name: TenantName, settings: TenantSettings): Promise<Tenant>;
  /**
   * Deletes the tenant with all its versions. Their blobs are removed at the next start.
   * @throws PLINTH_TENANT_NOT_FOUND
   */
  deleteTenant(name: TenantName): Promise<void>;

  /**
   * Adds the version, and activates it if asked, in one transaction. All its blobs must have been put before.
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_BLOB_CORRUPT where a blob is not there
   */
  addVersion(tenant: TenantName, version: NewVersion, options: { readonly activate: boolean }): Promise<Version>;
  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND */
  getVersion(tenant: TenantName, id: number): Version;
  /** All, newest first. @throws PLINTH_TENANT_NOT_FOUND */
  listVersions(tenant: TenantName): readonly Version[];
  /** Does nothing where the version is active already. @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND */
  activate(tenant: TenantName, id: number): Promise<Tenant>;
  /**
   * Makes the version active that was active before the present one, and forgets that the present one was: a second
   * rollback goes one further back.
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_NO_PREVIOUS_VERSION
   */
  rollback(tenant: TenantName): Promise<Tenant>;
  /**
   * Gives a version a share of the traffic beside the active one, in place of the version that had one; null ends the
   * rollout, and so does every activation and rollback.
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND, PLINTH_ROLLOUT
   */
  setRollout(tenant: TenantName, rollout: Rollout | null): Promise<Tenant>;
  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND, PLINTH_VERSION_ACTIVE, PLINTH_VERSION_IN_ROLLOUT */
  deleteVersion(tenant: TenantName, id: number): Promise<void>;

  /** All tenants, for a routing table in memory; `onChange` tells when to look again. */
  routes(): readonly Route[];
  /**
   * Called after each commit, before the write's promise is fulfilled, so that whoever waits for a deploy finds it
   * routed. What a listener throws does not reach the writer.
   * @returns a function that ends the subscription
   */
  onChange(listener: (change: Change) => void): () => void;

  /** Replaces the secret of that name. @throws PLINTH_TENANT_NOT_FOUND */
  putSecret(secret: Omit<SealedSecret, "updatedAt">): Promise<SealedSecret>;
  /** In the order of their names; of all tenants where none is named. */
  listSecrets(tenant?: TenantName): readonly SealedSecret[];
  /** @returns whether there was one */
  deleteSecret(tenant: TenantName, name: string): Promise<boolean>;
  /** Exchanges the seals of existing secrets in one transaction. Their values and times stay. */
  resealSecrets(secrets: readonly SealedSecret[]): Promise<void>;

  /** @throws PLINTH_TENANT_NOT_FOUND */
  addToken(token: NewToken): Promise<Token>;
  /** Finds the token unless it has expired. */
  findTokenByHash(hash: Sha256): Token | undefined;
  /** Renews `lastUsedAt`, at most once a minute, because it is a write. */
  noteTokenUse(token: Token): void;
  /** In the order of their creation, expired ones included. */
  listTokens(): readonly Token[];
  /** @throws PLINTH_TOKEN_NOT_FOUND */
  deleteToken(id: string): Promise<void>;

  /**
   * Runs a change that belongs in the audit log: the store's first transaction inside of it writes the entry too, so that
   * neither is there without the other.
   * @param change gets `recorded` when the entry is written. If it is not written, the caller calls `addAuditEntry`
   */
  audited<Result>(change: AuditedChange, work: () => Result): Result;
  addAuditEntry(entry: NewAuditEntry): void;
  /** Newest first. `limit`: 1 to 1000, 100 if not given; `before`: entries with smaller ids only. */
  listAudit(options?: {
    readonly tenant?: string;
    readonly before?: number;
    readonly limit?: number;
  }): readonly AuditEntry[];
  /** @param before ISO 8601, UTC, with milliseconds: older entries go */
  pruneAudit(before: string): void;

  /** Durable when the promise is fulfilled; putting the same bytes again is cheap. */
  putBlob(bytes: Uint8Array): Promise<Sha256>;
  /** The bytes, checked against their hash. @throws PLINTH_BLOB_CORRUPT where they are missing or damaged */
  getBlob(hash: Sha256): Promise<Uint8Array>;
  /**
   * A file of this machine with the bytes of a blob that was put, for workers, which read it for themselves rather than
   * have it copied from thread to thread. The reader checks the hash, and must not write to it.
   */
  blobPath(hash: Sha256): string;

  close(): Promise<void>;
}

/** The records of the store, and its messages of changes. */
import type { Sha256, TenantName } from "./names.ts";

/** `request`: every request starts from the tenant's image. `reuse`: state stays while the tenant stays in its slot. */
export type Isolation = "request" | "reuse";

/**
 * `slim`: a component that imports its runtime. `static`: a component with everything inside. `wasi`: a WASI command,
 * which is a core module.
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
  /** The operator's label for the group of processes that runs the tenant (host/groups); `null` for none. */
  readonly group: string | null;
  /** `null` if all of the traffic goes to the active version. */
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
  /** The name of the operator's key that sealed the secret. */
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
  /** The runtime, such as `plinth:js@1.0.0`; `null` for a static component or a WASI command. */
  readonly runtime: string | null;
  /**
   * Integrity of the runtime that the version was linked to, as `GET /v1/runtimes` lists it: "sha256-...", base64.
   * `null` if there is no runtime, and for versions that were deployed before integrities were noted.
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
  /** The configuration; empty if not given. */
  readonly config?: JsonObject;
  /** Bytes of all blobs of the version but its static files; those of the upload if not given. */
  readonly storedBytes?: number;
  /** The version's static files. A file that several versions of the tenant have counts once. */
  readonly assets?: readonly StoredAsset[];
};

/** A static file of a version. */
export interface StoredAsset {
  readonly hash: Sha256;
  readonly bytes: number;
}

/** Number and size of a tenant's versions, as they count towards its limits. */
export interface VersionUsage {
  readonly count: number;
  readonly bytes: number;
}

export interface TenantSettings {
  readonly limits?: JsonObject;
  readonly isolation?: Isolation;
  readonly group?: string | null;
}

/** A token for the admin API. Only its hash is kept; see host/admin/auth.ts. */
export interface Token {
  readonly id: string;
  readonly hash: Sha256;
  readonly label: string;
  /** `operator`: may do everything. `tenant`: may do what host/admin/access.ts lists, for one tenant. */
  readonly scope: "operator" | "tenant";
  /** The tenant of a tenant's token, which is deleted with the tenant. */
  readonly tenant: TenantName | null;
  /** ISO 8601, UTC, with milliseconds; so are the next two. */
  readonly createdAt: string;
  /** From this time on the token is not found by its hash. `null`: it is valid until it is deleted. */
  readonly expiresAt: string | null;
  /** The time of the last use, to the minute; `null` if there was none. */
  readonly lastUsedAt: string | null;
}

export type NewToken = Pick<Token, "id" | "hash" | "label" | "scope"> & Partial<Pick<Token, "tenant" | "expiresAt">>;

/** One change by the admin API, or one that was refused. */
export interface AuditEntry {
  /** Number of the entry. Numbers count up, and none is given twice. */
  readonly id: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly time: string;
  readonly token: { readonly id: string; readonly label: string };
  /** The kind of change, such as "version.activate". */
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

/** A change under way. The store fills in facts that only it knows, such as a new version's number. */
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
  | "tenant-changed" // hostnames, limits, isolation or group
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

/**
 * What a binding is made of. One binding, one folder; `template/` shows how to add one.
 *
 * A guest's call is put before the binding's worker side first, in the thread that runs the guest. What it answers costs no
 * hop and no suspension (reads of KV). What it leaves (null) suspends the request and goes to the main thread's side.
 */
import type { TenantLimits } from "../config/limits.ts";
import type { JsonValue } from "../store/store.ts";
import type { BindingCall, BindingReply } from "./message.ts";

/** What a version of a tenant may use, by binding. Made of its manifest, the tenant's secrets, and what others have granted. */
export interface Grants {
  /** Vars and secrets by name: given to the guest with each request. */
  readonly vars: Readonly<Record<string, JsonValue>>;
  /** Namespaces by the name that the tenant calls them by. */
  readonly kv: Readonly<Record<string, KvGrant>>;
  /** Hosts that the tenant may fetch from: "example.org", "*.example.org", "example.org:8443". */
  readonly fetch: { readonly allow: readonly string[] };
}

export interface KvGrant {
  /** `OWNER/NAME`, unique in the host. */
  readonly namespace: string;
  readonly write: boolean;
}

export const noGrants: Grants = { vars: {}, kv: {}, fetch: { allow: [] } };

/** The side in a worker: synchronous, in the middle of a step. */
export interface WorkerBinding {
  /** @throws PlinthError for the guest */
  call(call: BindingCall, grants: Grants): BindingReply | null;
}

/** The request that calls. */
export interface CallContext {
  readonly tenant: string;
  readonly version: number;
  readonly requestId: string;
  readonly grants: Grants;
  /** Those of the version: what its manifest has lowered is lower. */
  readonly limits: TenantLimits;
  /** Aborted when the request has ended, whatever the reason, or the guest has given the call up. */
  readonly signal: AbortSignal;
  /** The same object for all calls of a request: for accounts by request (a WeakMap's key). */
  readonly request: object;
}

/** The side in the main thread. */
export interface HostBinding extends AsyncDisposable {
  /** @throws PlinthError for the guest */
  call(call: BindingCall, context: CallContext): Promise<BindingReply>;
}

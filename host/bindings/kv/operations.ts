/** The operations that the writer thread is asked for. They are plain data, and their arguments have been checked. */
import type { ErrorCode, ErrorDetails } from "../../errors.ts";

export interface NewValue {
  readonly key: string;
  readonly value: Uint8Array<ArrayBuffer>;
  /** JSON; null for none. */
  readonly metadata: string | null;
  /** Seconds since the epoch; null for never. */
  readonly expiration: number | null;
}

/** An operation is done as a whole or not at all. Namespaces go by their full names. */
export type KvOperation =
  | {
      readonly kind: "put";
      readonly namespace: string;
      readonly values: readonly NewValue[];
      /** The revision that each key must have. 0: the key must have no value. Null: any. */
      readonly ifRevision: number | null;
      /** Bytes that the namespaces of this one's owner may take together. */
      readonly storageLimit: number;
    }
  | {
      readonly kind: "delete";
      readonly namespace: string;
      readonly keys: readonly string[];
      readonly ifRevision: number | null;
    }
  /** Namespaces that exist already are left as they are. */
  | { readonly kind: "create-namespaces"; readonly names: readonly string[] }
  | { readonly kind: "delete-namespace"; readonly name: string }
  | { readonly kind: "grant"; readonly namespace: string; readonly tenant: string; readonly write: boolean }
  | { readonly kind: "revoke"; readonly namespace: string; readonly tenant: string }
  /** Deletes the tenant's namespaces and grants. */
  | { readonly kind: "delete-tenant"; readonly tenant: string }
  /** Deletes the namespaces and grants of all tenants but these. */
  | { readonly kind: "retain-tenants"; readonly tenants: readonly string[] };

/** The outcome of one operation. Operations that went to the writer together have one each. */
export type Outcome =
  /** The revision of a put's last value; 0 for all else. */
  | { readonly revision: number }
  | { readonly refused: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails } }
  /** The disk is full, or a fault. */
  | { readonly failed: Error };

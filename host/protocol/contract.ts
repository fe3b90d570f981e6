/**
 * `plinth:http@0.1.0` (wit/http.wit) as TypeScript: the shapes that jco lifts and lowers, spoken by ingress, pool and workers.
 */

/** Name, and value as bytes. */
export type HeaderField = [name: string, value: Uint8Array];

export interface TenantRequest {
  method: string;
  /** Absolute URI. */
  uri: string;
  headers: HeaderField[];
  body: Uint8Array;
}

export interface TenantResponse {
  /** 200 to 599; the host checks it. */
  status: number;
  headers: HeaderField[];
  body: Uint8Array;
}

/** The end of an operation that the guest began through a host import. */
export interface OperationEvent {
  operation: number;
  outcome: { tag: "ok"; val: Uint8Array } | { tag: "err"; val: string };
}

/** Where one step of a request has left it; see wit/http.wit. */
export type Outcome =
  | { tag: "response"; val: TenantResponse }
  | { tag: "early-response"; val: TenantResponse }
  | { tag: "pending" }
  | { tag: "done" }
  | { tag: "failed"; val: string }
  | { tag: "stuck"; val: string };

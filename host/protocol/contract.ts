/**
 * `plinth:http@0.1.0` (wit/http.wit) as TypeScript. jco lifts and lowers these shapes; ingress, pool and workers use them.
 */

/** A header field: its name, and its value as bytes. */
export type HeaderField = [name: string, value: Uint8Array];

export interface TenantRequest {
  method: string;
  /** Absolute URI. */
  uri: string;
  headers: HeaderField[];
  body: Uint8Array;
}

export interface TenantResponse {
  /** 200 to 599. The host checks this. */
  status: number;
  headers: HeaderField[];
  body: Uint8Array;
}

/** The end of an operation that the guest began through a host import. */
export interface OperationEvent {
  operation: number;
  outcome: { tag: "ok"; val: Uint8Array } | { tag: "err"; val: string };
}

/** How one step of a request has ended; see wit/http.wit. */
export type Outcome =
  | { tag: "response"; val: TenantResponse }
  | { tag: "early-response"; val: TenantResponse }
  | { tag: "pending" }
  | { tag: "done" }
  | { tag: "failed"; val: string }
  | { tag: "stuck"; val: string };

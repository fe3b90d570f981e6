/** What a deploy has made and a worker reads: files by their hash, and the memory that a slot is switched to. */

/** A value of a mutable global, in the order of the runtime manifest's `globals`. i64 is a bigint. */
export type GlobalValue = number | bigint;

/** An artifact of a deployment: an immutable file, known by its content's hash. */
export interface BlobRef {
  /** SHA-256, hex. */
  key: string;
  path: string;
}

/** A tenant's memory after its start-up: what a slot is switched to. */
export interface TenantImageRef {
  delta: BlobRef;
  /** The tenant's own functions for the runtime's table; null where it has none (JavaScript). */
  functions: { module: BlobRef; count: number } | null;
  globals: readonly GlobalValue[];
  /** Size of the linear memory as the guest sees it, in 64 KiB wasm pages. */
  pages: number;
}

/** A request put aside between two steps. */
export interface SuspendedContext {
  /** Encoded delta on top of the tenant's image. */
  delta: Uint8Array<ArrayBuffer>;
  globals: readonly GlobalValue[];
  pages: number;
  /** Number of the next operation; operations are numbered per request. */
  nextOperation: number;
}

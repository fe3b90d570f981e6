/** The artifacts that a deploy makes and a worker reads: files by their hash, and the memory that a slot is switched to. */

/** A value of a mutable global. Lists of them follow the order of the runtime manifest's `globals`. An i64 is a bigint. */
export type GlobalValue = number | bigint;

/** An artifact of a deployment: an immutable file that is named by the hash of its content. */
export interface BlobRef {
  /** SHA-256, hex. */
  key: string;
  path: string;
}

/** A tenant's own functions for the runtime's table. */
export interface TenantFunctionsRef {
  /** The serving form of the tenant's module. */
  module: BlobRef;
  count: number;
}

/** A tenant's memory after its start-up. A slot is switched to it for a request. */
export interface TenantImageRef {
  delta: BlobRef;
  /** Null if the tenant has none (JavaScript). */
  functions: TenantFunctionsRef | null;
  globals: readonly GlobalValue[];
  /** Size of the linear memory that the guest sees, in pages of 64 KiB. */
  pages: number;
}

/** A request that waits between two steps. */
export interface SuspendedContext {
  /** The encoded delta on top of the tenant's image. */
  delta: Uint8Array<ArrayBuffer>;
  globals: readonly GlobalValue[];
  pages: number;
  /** Number of the next operation. Each request numbers its operations from 1. */
  nextOperation: number;
}

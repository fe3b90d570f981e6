/**
 * Counts the bytes that the main thread holds for tenants, and bounds them for each tenant and for all together. A request
 * holds its body, its calls of bindings and their replies, an answer that its client has not taken yet, and its context
 * while it waits. A context can be as large as the tenant's linear memory: two hundred requests that fill 60 MB and wait
 * would take 12 GB.
 */
import { plinthError } from "../errors.ts";

/** Bytes that are counted until it is disposed. */
export interface Hold extends Disposable {
  /** Counts more bytes. @throws PlinthError as `HeldMemory.hold` */
  add(bytes: number): void;
}

/** The part of all memory that is kept for tenants that hold little. */
const RESERVE = 1 / 4;
/** A tenant that holds this part of all memory, or less, holds little. */
const LITTLE = 1 / 64;

export class HeldMemory {
  readonly #totalLimit: number;
  readonly #ofTenant = new Map<string, number>();
  #total = 0;

  /** @param totalLimit the most bytes of all tenants together */
  constructor(totalLimit: number) {
    this.#totalLimit = totalLimit;
  }

  /** Bytes that a tenant's requests hold now. */
  of(tenant: string): number {
    return this.#ofTenant.get(tenant) ?? 0;
  }

  /** Bytes that are held now. */
  get total(): number {
    return this.#total;
  }

  /**
   * Counts bytes as held until the result is disposed. The last quarter of all memory is for tenants that hold little,
   * so that a few tenants that hold much do not close the host to the others.
   *
   * @param tenantLimit the most bytes of this tenant
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_OVERLOADED if there is no room for them
   */
  hold(tenant: string, bytes: number, tenantLimit: number): Hold {
    this.check(tenant, bytes, tenantLimit);
    this.count(tenant, bytes);
    return new Held(this, tenant, tenantLimit, bytes);
  }

  /** Refuses as `hold` does, and counts nothing. */
  check(tenant: string, bytes: number, tenantLimit: number): void {
    const own = (this.#ofTenant.get(tenant) ?? 0) + bytes;
    if (own > tenantLimit) throw plinthError("PLINTH_TENANT_BUSY");
    const part = own <= this.#totalLimit * LITTLE ? 1 : 1 - RESERVE;
    // If nothing is held, any size up to the whole limit has room.
    const room = this.#total === 0 ? this.#totalLimit : this.#totalLimit * part;
    if (this.#total + bytes > room) throw plinthError("PLINTH_OVERLOADED");
  }

  /** Only holds call it. @param bytes negative for bytes that are given back */
  count(tenant: string, bytes: number): void {
    if (bytes === 0) return;
    this.#total += bytes;
    const own = (this.#ofTenant.get(tenant) ?? 0) + bytes;
    if (own === 0) this.#ofTenant.delete(tenant);
    else this.#ofTenant.set(tenant, own);
  }
}

/** Each request has two or three, so it is an object of few words and no closures. */
class Held implements Hold {
  readonly #memory: HeldMemory;
  readonly #tenant: string;
  readonly #tenantLimit: number;
  /** Null once the bytes are given back. */
  #bytes: number | null;

  constructor(memory: HeldMemory, tenant: string, tenantLimit: number, bytes: number) {
    this.#memory = memory;
    this.#tenant = tenant;
    this.#tenantLimit = tenantLimit;
    this.#bytes = bytes;
  }

  add(bytes: number): void {
    if (this.#bytes === null) return;
    this.#memory.check(this.#tenant, bytes, this.#tenantLimit);
    this.#memory.count(this.#tenant, bytes);
    this.#bytes += bytes;
  }

  [Symbol.dispose](): void {
    if (this.#bytes !== null) this.#memory.count(this.#tenant, -this.#bytes);
    this.#bytes = null;
  }
}

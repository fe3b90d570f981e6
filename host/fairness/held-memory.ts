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
   * Counts bytes as held until the result is disposed. The last quarter of all memory is for tenants that hold little: what
   * a few tenants hold does not close the host to the others.
   *
   * @param tenantLimit the most bytes of this tenant
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_OVERLOADED if there is no room for them
   */
  hold(tenant: string, bytes: number, tenantLimit: number): Hold {
    this.#take(tenant, bytes, tenantLimit);
    let held: number | null = bytes;
    return {
      add: (more) => {
        if (held === null) return;
        this.#take(tenant, more, tenantLimit);
        held += more;
      },
      [Symbol.dispose]: () => {
        if (held !== null) this.#release(tenant, held);
        held = null;
      },
    };
  }

  #take(tenant: string, bytes: number, tenantLimit: number): void {
    const own = (this.#ofTenant.get(tenant) ?? 0) + bytes;
    if (own > tenantLimit) throw plinthError("PLINTH_TENANT_BUSY");
    const part = own <= this.#totalLimit * LITTLE ? 1 : 1 - RESERVE;
    // What is asked for alone has room, however large it is.
    const room = this.#total === 0 ? this.#totalLimit : this.#totalLimit * part;
    if (this.#total + bytes > room) throw plinthError("PLINTH_OVERLOADED");
    this.#ofTenant.set(tenant, own);
    this.#total += bytes;
  }

  #release(tenant: string, bytes: number): void {
    this.#total -= bytes;
    // The entry may already be gone: this hold was of zero bytes.
    const own = (this.#ofTenant.get(tenant) ?? 0) - bytes;
    if (own === 0) this.#ofTenant.delete(tenant);
    else this.#ofTenant.set(tenant, own);
  }
}

/**
 * Counts the bytes that the main thread holds for tenants, and bounds them for each tenant and for all together. A request
 * holds its body, its calls of bindings and their replies, an answer that its client has not taken yet, and its context
 * while it waits. A context can be as large as the tenant's linear memory: two hundred requests that fill 60 MB and wait
 * would take 12 GB.
 */
import { plinthError } from "../errors.ts";

export class HeldMemory {
  readonly #totalLimit: number;
  readonly #ofTenant = new Map<string, number>();
  #total = 0;

  /** @param totalLimit the most bytes of all tenants together */
  constructor(totalLimit: number) {
    this.#totalLimit = totalLimit;
  }

  /** Bytes that are held now. */
  get total(): number {
    return this.#total;
  }

  /**
   * Counts bytes as held until the result is disposed.
   *
   * @param tenantLimit the most bytes of this tenant
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_OVERLOADED if there is no room for them
   */
  hold(tenant: string, bytes: number, tenantLimit: number): Disposable {
    const own = (this.#ofTenant.get(tenant) ?? 0) + bytes;
    if (own > tenantLimit) throw plinthError("PLINTH_TENANT_BUSY");
    if (this.#total + bytes > this.#totalLimit) throw plinthError("PLINTH_OVERLOADED");
    this.#ofTenant.set(tenant, own);
    this.#total += bytes;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#release(tenant, bytes);
        held = false;
      },
    };
  }

  #release(tenant: string, bytes: number): void {
    this.#total -= bytes;
    // The entry may already be gone: this hold was of zero bytes.
    const own = (this.#ofTenant.get(tenant) ?? 0) - bytes;
    if (own === 0) this.#ofTenant.delete(tenant);
    else this.#ofTenant.set(tenant, own);
  }
}

/**
 * An account of what is held for tenants in the main thread's memory, bounded for each and for all together. Requests hold their
 * bodies, calls and replies of bindings, answers that clients have not taken, and their contexts where they wait, each up to the size
 * of the tenant's whole linear memory: two hundred requests that fill 60 MB and go to sleep would be 12 GB.
 */
import { plinthError } from "../errors.ts";

export class HeldMemory {
  readonly #totalLimit: number;
  readonly #ofTenant = new Map<string, number>();
  #total = 0;

  /** @param totalLimit bytes of all tenants together */
  constructor(totalLimit: number) {
    this.#totalLimit = totalLimit;
  }

  /** Bytes held now. */
  get total(): number {
    return this.#total;
  }

  /**
   * Takes bytes into account until what it returns is disposed.
   *
   * @param tenantLimit bytes of this tenant together
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_OVERLOADED where there is no room for it
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
    // Not there any more: another one, beside which this one held nothing, was the last to hold something.
    const own = (this.#ofTenant.get(tenant) ?? 0) - bytes;
    if (own === 0) this.#ofTenant.delete(tenant);
    else this.#ofTenant.set(tenant, own);
  }
}

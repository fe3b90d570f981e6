/**
 * The part of a slot's function table where a tenant's functions stand, in runtimes whose tenants bring machine code (Go).
 * On a switch the tenant's own are written, and what the last tenant had beyond them is cleared.
 */
import { LRUCache } from "lru-cache";
import { type ClearTable, tableClearer } from "../component/write/clear-table.ts";
import { fillExport } from "../component/write/serving-form.ts";

/** A tenant's functions, ready to be put into a table. */
export interface TenantFunctions {
  /** Identity: the hash of the module. */
  key: string;
  /** The serving form of the tenant's module. */
  module: WebAssembly.Module;
  /** Table entries that it fills. */
  count: number;
}

/**
 * Instances of serving forms kept per slot. One takes 3 to 5 KB and 25 to 55 us to make: those of the tenants that are called
 * often should stay, those of a thousand tenants in each slot should not.
 */
const INSTANCES_KEPT = 64;

export class TenantTable {
  readonly #exports: WebAssembly.Exports;
  readonly #table: WebAssembly.Table;
  readonly #first: number;
  readonly #clear: ClearTable;
  readonly #fills = new LRUCache<string, () => void>({ max: INSTANCES_KEPT });
  #filled = 0;
  #current: string | null = null;

  /** @param first index of the tenants' first function */
  constructor(runtime: WebAssembly.Instance, first: number) {
    this.#exports = runtime.exports;
    this.#table = runtime.exports.table as WebAssembly.Table;
    this.#first = first;
    this.#clear = tableClearer(this.#table);
  }

  /** Puts a tenant's functions in place; null clears the range. */
  put(functions: TenantFunctions | null): void {
    if (functions !== null && functions.key === this.#current) return;
    // Until it is done, nobody's functions are known to be there.
    this.#current = null;
    const count = functions?.count ?? 0;
    if (functions !== null) {
      this.reserve(count);
      this.#fillOf(functions)();
    }
    if (count < this.#filled) this.#clear(this.#first + count, this.#filled - count);
    this.#filled = count;
    this.#current = functions?.key ?? null;
  }

  /** Makes room for a module that writes its functions itself: a tenant's start-up. */
  reserve(count: number): void {
    const lacking = this.#first + count - this.#table.length;
    if (lacking > 0) this.#table.grow(lacking);
    this.#filled = Math.max(this.#filled, count);
    this.#current = null;
  }

  #fillOf({ key, module }: TenantFunctions): () => void {
    let fill = this.#fills.get(key);
    if (fill === undefined) {
      fill = new WebAssembly.Instance(module, { rt: this.#exports as Record<string, unknown> }).exports[
        fillExport
      ] as () => void;
      this.#fills.set(key, fill);
    }
    return fill;
  }
}

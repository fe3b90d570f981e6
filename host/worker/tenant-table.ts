/**
 * The part of a slot's function table that holds a tenant's functions. Only runtimes whose tenants bring machine code
 * have one (Go).
 *
 *   0                   first             first + filled                     table.length
 *   |-- the runtime's own --|-- the tenants' --|-------- null, for larger tenants --------|
 *   |     never written     |    functions     |
 *
 * The invariant OWN: a step finds its own tenant's functions in the tenants' part, and null behind them. A call through
 * the table therefore never reaches another tenant's function.
 *
 *              put(null)                       put(functions)
 *   EMPTY  <--------------  any state  ------------------------------> FILLED by `current`
 *   filled = 0                   |                                     filled = functions.count
 *                                | reserve(count), or put throws
 *                                v
 *                             UNKNOWN: a start-up may have written up to `filled` entries, and no key is current
 *
 * A switch writes the tenant's functions and clears what the last tenant had behind them. It cannot look at each entry,
 * so it looks at the first that must be null: a module that fills more than its count is noticed there.
 */
import { LRUCache } from "lru-cache";
import { type ClearTable, tableClearer } from "../component/write/clear-table.ts";
import { fillExport } from "../component/write/serving-form.ts";
import { invariant } from "../memory/index.ts";

/** A tenant's functions, ready for a table. */
export interface TenantFunctions {
  /** Hash of the module. Equal keys mean equal functions. */
  key: string;
  /** The serving form of the tenant's module (component/write/serving-form.ts). */
  module: WebAssembly.Module;
  /** Table entries that the module fills. */
  count: number;
}

/**
 * Instances of small serving forms that a slot keeps. An instance takes 3 to 5 KB, and 25 to 55 us to make. The instances
 * of busy tenants should stay, but a slot has no room for those of a thousand tenants.
 */
const INSTANCES_KEPT = 64;

export class TenantTable {
  readonly #exports: WebAssembly.Exports;
  readonly #table: WebAssembly.Table;
  readonly #first: number;
  readonly #clear: ClearTable;
  readonly #fills = new LRUCache<string, () => void>({ max: INSTANCES_KEPT });
  /** Entries from `first` that may not be null. */
  #filled = 0;
  /** Key of the functions that are known to be in the table, alone; null if nothing is known. */
  #current: string | null = null;

  /** @param first index of the tenants' first function */
  constructor(runtime: WebAssembly.Instance, first: number) {
    this.#exports = runtime.exports;
    this.#table = runtime.exports.table as WebAssembly.Table;
    invariant(first <= this.#table.length, "OWN: the tenants' part begins behind the end of the table");
    this.#first = first;
    this.#clear = tableClearer(this.#table);
  }

  /** Puts a tenant's functions in place. Null clears the tenants' part. */
  put(functions: TenantFunctions | null): void {
    const count = functions?.count ?? 0;
    if (functions !== null && functions.key === this.#current) {
      invariant(count === this.#filled, "OWN: two counts of functions for one module");
      return;
    }
    // No functions are known to be there until the work below is done.
    this.#current = null;
    if (functions !== null) {
      this.reserve(count);
      this.#fill(functions);
    }
    if (count < this.#filled) this.#clear(this.#first + count, this.#filled - count);
    const end = this.#first + count;
    invariant(end >= this.#table.length || this.#table.get(end) === null, "OWN: a function behind the tenant's own");
    this.#filled = count;
    this.#current = functions?.key ?? null;
  }

  /** Makes room for a tenant's start-up, which writes the functions by itself. */
  reserve(count: number): void {
    const lacking = this.#first + count - this.#table.length;
    if (lacking > 0) this.#table.grow(lacking);
    this.#filled = Math.max(this.#filled, count);
    this.#current = null;
  }

  #fill({ key, module }: TenantFunctions): void {
    const known = this.#fills.get(key);
    if (known !== undefined) {
      known();
      return;
    }
    const { exports } = new WebAssembly.Instance(module, { rt: this.#exports as Record<string, unknown> });
    const fill = exports[fillExport] as (() => void) | undefined;
    // A module of many functions has filled the table by now, and is instantiated each time.
    if (fill === undefined) return;
    fill();
    this.#fills.set(key, fill);
  }
}

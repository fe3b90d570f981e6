import { setImmediate as nextTurn } from "node:timers/promises";
import type { CodeAhead } from "../code/code-store.ts";
import type { Store } from "../store/store.ts";
import { functionsOf } from "./functions-of.ts";

/** Compiles the active versions that bring much code, after a start, one after the other, while there is room. */
export async function compileActive(store: Store, code: CodeAhead): Promise<void> {
  for (const { tenant } of store.routes()) {
    await nextTurn();
    // The tenant may have gone meanwhile, or have another version.
    const active = store.findTenant(tenant)?.activeVersion ?? null;
    const functions = active === null ? null : functionsOf(store, store.getVersion(tenant, active));
    if (functions !== null) await code.ahead(tenant, functions, true);
  }
}

/** The bindings of the host. To add one is a line here, and a folder (docs/contributing/add-a-binding.md). */
import type { AnyBinding, WitSide } from "./binding.ts";
import fetchBinding from "./fetch/binding.ts";
import kvBinding from "./kv/binding.ts";
import varsBinding from "./vars/binding.ts";

/** In the order in which the manifest's schema has them. */
export const registry = [varsBinding, kvBinding, fetchBinding] as const satisfies readonly AnyBinding[];

/** What a binding of the registry has open in the main thread. */
export type Sides = {
  readonly [Entry in (typeof registry)[number] as Entry["name"]]: Awaited<ReturnType<Entry["host"]>>;
};

/**
 * The registry's bindings and those of other modules: each thread loads them for itself.
 *
 * @param modules URLs of modules whose default export is a binding
 */
export async function loadBindings(modules: readonly string[]): Promise<readonly AnyBinding[]> {
  const others = modules.map(async (url) => ((await import(url)) as { default: AnyBinding }).default);
  const bindings = [...registry, ...(await Promise.all(others))];
  const names = bindings.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two bindings have the name ${twice}`);
  return bindings;
}

/** What static components may import of bindings. */
export function interfacesOf(bindings: readonly AnyBinding[] = registry): WitSide<unknown>[] {
  return bindings.flatMap(({ wit }) => wit ?? []);
}

/** The bindings of the host. To add one is a line here, and a folder (docs/contributing/add-a-binding.md). */
import type { AnyBinding, WitSide } from "./binding.ts";
import fetchBinding from "./fetch/binding.ts";
import kvBinding from "./kv/binding.ts";
import varsBinding from "./vars/binding.ts";

/** All bindings, in the order of the manifest's schema. */
export const registry = [varsBinding, kvBinding, fetchBinding] as const satisfies readonly AnyBinding[];

/** The open main-thread side of a binding of the registry. */
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

/** The interfaces of bindings that static components may import. */
export function interfacesOf(bindings: readonly AnyBinding[] = registry): WitSide<unknown>[] {
  return bindings.flatMap(({ wit }) => wit ?? []);
}

/** The bindings of the host. A new one needs a line here, and a folder (docs/contributing/add-a-binding.md). */
import { fileURLToPath } from "node:url";
import { type PlinthError, plinthError } from "../errors.ts";
import assetsBinding from "./assets/binding.ts";
import type { AnyBinding, WitSide } from "./binding.ts";
import cacheBinding from "./cache/binding.ts";
import fetchBinding from "./fetch/binding.ts";
import kvBinding from "./kv/binding.ts";
import varsBinding from "./vars/binding.ts";

/** All bindings, in the order of the manifest's schema. */
export const registry = [
  varsBinding,
  kvBinding,
  fetchBinding,
  cacheBinding,
  assetsBinding,
] as const satisfies readonly AnyBinding[];

/** The open main-thread side of a binding of the registry. */
export type Sides = {
  readonly [Entry in (typeof registry)[number] as Entry["name"]]: Awaited<ReturnType<Entry["host"]>>;
};

/**
 * The registry's bindings and those of other modules: each thread loads them for itself.
 *
 * @param modules URLs of modules whose default export is a binding
 * @throws PLINTH_BINDING_MODULE
 */
export async function loadBindings(modules: readonly string[]): Promise<readonly AnyBinding[]> {
  const bindings: AnyBinding[] = [...registry];
  for (const url of modules) {
    const binding = await bindingIn(url);
    if (bindings.some(({ name }) => name === binding.name))
      throw unusable(url, `there is a binding with the name ${binding.name} already`);
    bindings.push(binding);
  }
  return bindings;
}

async function bindingIn(url: string): Promise<AnyBinding> {
  let loaded: { readonly default?: Partial<AnyBinding> };
  try {
    loaded = await import(url);
  } catch (cause) {
    throw unusable(url, `it does not load (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
  const binding = loaded.default;
  if (typeof binding?.name !== "string" || binding.schema === undefined)
    throw unusable(url, "its default export is no binding");
  return binding as AnyBinding;
}

function unusable(url: string, reason: string, cause?: unknown): PlinthError {
  return plinthError("PLINTH_BINDING_MODULE", [fileURLToPath(url), reason], { cause });
}

/** The interfaces of bindings that static components may import. */
export function interfacesOf(bindings: readonly AnyBinding[] = registry): WitSide<unknown>[] {
  return bindings.flatMap(({ wit }) => wit ?? []);
}

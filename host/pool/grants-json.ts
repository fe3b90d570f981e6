import { type Grants, noGrants } from "../bindings/binding.ts";

/** By identity: targets are kept, and their grants with them. */
const known = new WeakMap<Grants, string>();

/** Grants as a step carries them; null for none. */
export function grantsJson(grants: Grants): string | null {
  if (grants === noGrants) return null;
  let json = known.get(grants);
  if (json === undefined) {
    json = JSON.stringify(grants);
    known.set(grants, json);
  }
  return json;
}

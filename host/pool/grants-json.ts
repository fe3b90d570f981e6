import { type Grants, noGrants } from "../bindings/binding.ts";

/** The JSON of grants by identity: targets are kept, and they keep their grants. */
const known = new WeakMap<Grants, string>();

/** @returns the grants in the form that a step carries; null for `noGrants` */
export function grantsJson(grants: Grants): string | null {
  if (grants === noGrants) return null;
  let json = known.get(grants);
  if (json === undefined) {
    json = JSON.stringify(grants);
    known.set(grants, json);
  }
  return json;
}

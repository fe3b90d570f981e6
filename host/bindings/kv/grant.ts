import { plinthError } from "../../errors.ts";
import { quote } from "./names.ts";

/** The rights of a version in a namespace. */
export interface KvGrant {
  /** `OWNER/NAME`, unique in the host. */
  readonly namespace: string;
  readonly write: boolean;
}

/** Namespaces by the names that the version has for them. */
export type KvGrants = Readonly<Record<string, KvGrant>>;

/**
 * The rights of the running version on the namespace that it calls by this name.
 *
 * @throws PlinthError PLINTH_KV_UNBOUND
 */
export function grantOf(grants: KvGrants = {}, name: string): KvGrant {
  const grant = Object.hasOwn(grants, name) ? grants[name] : undefined;
  if (grant === undefined) throw plinthError("PLINTH_KV_UNBOUND", [quote(name)]);
  return grant;
}

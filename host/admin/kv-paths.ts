/** The common parts of the paths of KV's routes. */
import { Type } from "#typebox";
import { qualify } from "../bindings/kv/names.ts";
import { parseTenantName } from "../store/names.ts";
import type { Store } from "../store/store.ts";
import { tenantParams } from "./routes.ts";

export const namespaceParams = Type.Object({ ...tenantParams.properties, namespace: Type.String() });

/**
 * The full name of the namespace that a path names. It belongs to the path's tenant.
 * @throws PlinthError PLINTH_TENANT_NAME, PLINTH_TENANT_NOT_FOUND, PLINTH_KV_NAMESPACE_NAME
 */
export type NamespaceOf = (params: Type.Static<typeof namespaceParams>) => string;

export function namespacesOf(store: Store): NamespaceOf {
  return ({ name, namespace }) => {
    const tenant = store.getTenant(parseTenantName(name)).name;
    // A slash would lead to another tenant's namespace.
    return qualify(tenant, namespace.replaceAll("/", "%2F"));
  };
}

/** The secrets of a tenant, by the admin API. */
import { tenantPath } from "./api-client.ts";
import { type ApiTransport, apiPath } from "./api-transport.ts";
import type { Answer } from "./api-types.ts";

export function putSecret(
  api: ApiTransport,
  tenant: string,
  name: string,
  value: string,
): Promise<Answer<"putSecret">> {
  return api.call(secretPath(tenant, name), { method: "PUT", json: { value } });
}

export async function deleteSecret(api: ApiTransport, tenant: string, name: string): Promise<void> {
  await api.call(secretPath(tenant, name), { method: "DELETE" });
}

function secretPath(tenant: string, secret: string): string {
  return tenantPath(tenant) + apiPath`/secrets/${secret}`;
}

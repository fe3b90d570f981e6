import type { Health } from "./api-client.ts";

/** A tenant's URLs: by path, by name in the host's domain, and by custom hostname, all on the ingress's port. */
export function tenantUrls(
  name: string,
  hostnames: readonly string[],
  health: Health,
  admin: string,
): readonly string[] {
  if (health.ingress === null) return [];
  const base = new URL(health.ingress);
  // A host that listens on all addresses is reached at the address of its admin API.
  if (base.hostname === "0.0.0.0" || base.hostname === "[::]") base.hostname = new URL(admin).hostname;
  const onHost = (hostname: string) => {
    const url = new URL(base);
    url.hostname = hostname;
    return url.href;
  };
  return [new URL(`/t/${name}/`, base).href, ...[`${name}.${health.domain}`, ...hostnames].map(onHost)];
}

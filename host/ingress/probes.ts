/** The probes of load balancers. The ingress answers them at an address that is no tenant's: tenants own these paths. */

/** @returns the probe that the path names; null for any other path */
export function probed(url: string): "live" | "ready" | null {
  if (url === "/livez") return "live";
  return url === "/readyz" ? "ready" : null;
}

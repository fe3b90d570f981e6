/** What load balancers ask the ingress, at an address that is no tenant's: a tenant has these paths for itself. */

/** @returns the probe that the path names; null for any other path */
export function probed(url: string): "live" | "ready" | null {
  if (url === "/livez") return "live";
  return url === "/readyz" ? "ready" : null;
}

/** Assigns tenants to groups. */
import { hash } from "node:crypto";

export interface Assignment {
  /** Groups that tenants are spread over by hash. */
  readonly shared: readonly string[];
  /** Groups for the tenants with these labels alone. */
  readonly labelled: readonly string[];
}

/** @param count number of the groups that tenants are spread over, at least 1 */
export function assignmentOf(count: number, labels: readonly string[]): Assignment {
  return { shared: Array.from({ length: count }, (_, i) => `${i + 1}`), labelled: [...new Set(labels)] };
}

/**
 * @param label the operator's label of the tenant. Tenants with the same label share a group, even if the host has no group
 *   of that name
 */
export function groupOf({ shared, labelled }: Assignment, tenant: string, label: string | null): string {
  if (label !== null && labelled.includes(label)) return label;
  const spread = hash("sha256", label === null ? `tenant ${tenant}` : `label ${label}`, "buffer").readUInt32BE(0);
  return shared[spread % shared.length]!;
}

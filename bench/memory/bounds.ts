/**
 * What the memory benchmark can tell of one tenant. It reads a whole process and divides by the tenants, so a tenant that
 * takes a few KB is below what the process's memory moves by itself: then there is a bound, and no figure.
 */
import type { ArmResult } from "./measure.ts";
import { STILL } from "./process-memory.ts";

/** A figure is one where what is true is between its half and its double. */
const WITHIN = 2;

/** Where a tenant's memory lies, bytes. */
export interface Bounds {
  least: number;
  most: number;
  /** Whether the two are so near to what was measured that this is a figure. */
  measured: boolean;
}

/** What two readings of a process at rest may differ from what they should be, per tenant, bytes. */
export function resolution({ fixedBytes, perTenantBytes, tenants }: ArmResult): number {
  const processBytes = fixedBytes + perTenantBytes * tenants;
  return (2 * STILL * processBytes) / tenants;
}

/**
 * The second round of calls should change nothing. What went away in it was counted too much in the first round, and what
 * came may have been counted too little.
 */
export function boundsOf(arm: ArmResult): Bounds {
  const { perTenantBytes, secondRoundBytes } = arm;
  const error = resolution(arm);
  const least = Math.max(0, perTenantBytes - Math.max(error, -secondRoundBytes));
  const most = Math.max(0, perTenantBytes) + Math.max(error, secondRoundBytes);
  const measured = perTenantBytes > 0 && least * WITHIN >= perTenantBytes && most <= perTenantBytes * WITHIN;
  return { least, most, measured };
}

/** @returns how many times less a shared tenant takes, at least; null where not even that is known */
export function leastRatio(static_: Bounds, shared: Bounds): number | null {
  const ratio = static_.least / shared.most;
  return ratio > 1 ? roundDown(ratio) : null;
}

/** To two digits: a bound has no more than that to say. */
function roundDown(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.floor(value / unit) * unit;
}

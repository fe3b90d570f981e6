/**
 * The precision of the memory benchmark for one tenant. The benchmark reads the memory of a whole process and divides it by
 * the number of tenants. A tenant of a few KB is smaller than the process's own noise. Such a tenant gets a bound and no
 * figure.
 */
import type { ArmResult } from "./measure.ts";
import { STILL } from "./process-memory.ts";

/** A value is a figure if the true value lies between its half and its double. */
const WITHIN = 2;

/** The range in which a tenant's memory lies, bytes. */
export interface Bounds {
  least: number;
  most: number;
  /** Whether both bounds are so near to the measured value that it counts as a figure. */
  measured: boolean;
}

/** Largest error of the difference of two readings of a process at rest, per tenant, bytes. */
export function resolution({ fixedBytes, perTenantBytes, tenants }: ArmResult): number {
  const processBytes = fixedBytes + perTenantBytes * tenants;
  return (2 * STILL * processBytes) / tenants;
}

/**
 * The second round of calls should change nothing. Bytes that go away in the second round were counted too much in the
 * first. Bytes that come in the second round may have been missing in the first.
 */
export function boundsOf(arm: ArmResult): Bounds {
  const { perTenantBytes, secondRoundBytes } = arm;
  const error = resolution(arm);
  const least = Math.max(0, perTenantBytes - Math.max(error, -secondRoundBytes));
  const most = Math.max(0, perTenantBytes) + Math.max(error, secondRoundBytes);
  const measured = perTenantBytes > 0 && least * WITHIN >= perTenantBytes && most <= perTenantBytes * WITHIN;
  return { least, most, measured };
}

/** @returns the least factor by which a shared tenant is smaller; null if not even a least factor is known */
export function leastRatio(static_: Bounds, shared: Bounds): number | null {
  const ratio = static_.least / shared.most;
  return ratio > 1 ? roundDown(ratio) : null;
}

/** Rounds down to two digits, because a bound is no more precise. */
function roundDown(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.floor(value / unit) * unit;
}

/** @returns the p-th percentile (0 to 100), nearest rank */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new Error("there is no percentile of an empty list");
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)]!;
}

export interface Latency {
  p50: number;
  p99: number;
}

export function latencyOf(values: readonly number[]): Latency {
  return { p50: percentile(values, 50), p99: percentile(values, 99) };
}

/** The results of repeated measurements of one thing. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: percentile(values, 50), least: Math.min(...values), most: Math.max(...values) };
}

/** The output of `npm run attack`: the figures, and the goals that they reach. */
import { table } from "../../../host/cli/table.ts";
import type { Cut } from "./cuts.ts";
import type { Steady } from "./steady.ts";
import type { Throughput } from "./throughput.ts";

/** The most by which hostile tenants may multiply a good tenant's latencies. */
const GOALS = { each: { p50: 1.5, p99: 3 }, together: { p50: 2, p99: 3 } };

const times = (value: number, alone: number) => `${value.toFixed(1)} (${(value / alone).toFixed(1)}x)`;

/** @param alone the part without hostile tenants, with which the others are compared */
export function steadyTable(alone: Steady, rows: readonly Steady[]): string {
  const lines = rows.flatMap((row) =>
    Object.entries(row.good).map(([tenant, found]) => ({ row, tenant, found, alone: alone.good[tenant]! })),
  );
  return table(lines, [
    { title: "beside", value: ({ row }) => row.beside },
    { title: "tenant", value: ({ tenant }) => tenant },
    { title: "p50 ms", value: ({ found, alone: { p50 } }) => times(found.p50, p50) },
    { title: "p99 ms", value: ({ found, alone: { p99 } }) => times(found.p99, p99) },
    { title: "calls", value: ({ found }) => found.calls },
    { title: "lost", value: ({ found }) => found.lost.length },
    { title: "hostile answers", value: ({ row }) => Object.values(row.hostile).flatMap(Object.values).reduce(add, 0) },
    { title: "missed", value: ({ row, found, alone: base }) => missed(row, found, base) },
  ]);
}

const add = (sum: number, count: number) => sum + count;

type Found = Steady["good"][string];

/** The goals that a row misses, in words. */
function missed({ beside }: Steady, found: Found, alone: Found): string {
  const goal = beside === "all at once" ? GOALS.together : GOALS.each;
  const over = (["p50", "p99"] as const).filter((name) => found[name] > goal[name] * alone[name]);
  return [...over, ...(found.lost.length > 0 ? ["lost"] : [])].join(", ");
}

export function throughputTable(rows: readonly Throughput[]): string {
  const lines = rows.flatMap((row) =>
    Object.entries(row.good).map(([tenant, rate]) => {
      const alone = rows.find(({ beside, connections }) => beside === row.beside && connections === 0)!;
      return { ...row, tenant, rate, share: rate / alone.good[tenant]! };
    }),
  );
  return table(lines, [
    { title: "beside", value: ({ beside }) => beside },
    { title: "its connections", value: ({ connections }) => connections },
    { title: "tenant", value: ({ tenant }) => tenant },
    { title: "good requests/s", value: ({ rate }) => rate.toFixed(0) },
    { title: "of alone", value: ({ share }) => `${(share * 100).toFixed(0)} %` },
  ]);
}

export function cutTable(rows: readonly Cut[]): string {
  return table(rows, [
    { title: "kind", value: ({ kind }) => kind },
    { title: "least ms over the budget", value: ({ leastMs }) => leastMs.toFixed(1) },
    { title: "median ms", value: ({ medianMs }) => medianMs.toFixed(1) },
  ]);
}

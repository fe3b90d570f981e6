/** The figures in the form of the JSON file. */
import { type Machine, thisMachine } from "../machine.ts";
import type { Spread } from "../statistics.ts";
import { type Measured, type Missing, type Sample, spreadOfSamples } from "./measure.ts";

export interface Figures {
  readonly arm: string;
  readonly handler: string;
  readonly tenants: number;
  readonly connections: number;
  /** CPU time of the server's processes for each request, us. */
  readonly cpuUs: Spread;
  readonly mainUs: Spread;
  /** Median for each name of a thread, us. */
  readonly threadsUs: Readonly<Record<string, number>>;
  readonly requestsPerSecond: Spread;
  readonly p50Us: Spread;
  readonly p99Us: Spread;
  readonly peakBytes: Spread;
  /** Errors in all rounds. */
  readonly errors: number;
}

export interface Report {
  readonly benchmark: string;
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  /** Name of the load generator. */
  readonly client: string;
  readonly rounds: number;
  /** Length of each run, s. */
  readonly seconds: number;
  readonly arms: readonly { readonly name: string; readonly what: string }[];
  readonly missing: readonly { readonly name: string; readonly why: string }[];
  readonly figures: readonly Figures[];
}

interface Run extends Pick<Report, "benchmark" | "client" | "rounds" | "seconds"> {
  readonly measured: readonly Measured[];
  readonly missing: readonly Missing[];
}

export function reportOf({ measured, missing, ...run }: Run): Report {
  const arms = new Set(measured.map(({ arm }) => arm));
  return {
    benchmark: run.benchmark,
    date: new Date().toISOString(),
    machine: thisMachine(),
    client: run.client,
    rounds: run.rounds,
    seconds: run.seconds,
    arms: [...arms].map(({ name, what }) => ({ name, what })),
    missing: missing.map(({ arm, why }) => ({ name: arm.name, why })),
    figures: measured.map(figuresOf),
  };
}

function figuresOf({ arm, cell, samples }: Measured): Figures {
  const spread = (value: (sample: Sample) => number) => {
    const { median, least, most } = spreadOfSamples(samples, value);
    return { median: rounded(median), least: rounded(least), most: rounded(most) };
  };
  const names = new Set(samples.flatMap(({ threadsUs }) => Object.keys(threadsUs)));
  const threads = [...names].map((name) => [name, spread(({ threadsUs }) => threadsUs[name] ?? 0).median] as const);
  return {
    arm: arm.name,
    handler: cell.handler.name,
    tenants: cell.tenants,
    connections: cell.connections,
    cpuUs: spread(({ cpuUs }) => cpuUs),
    mainUs: spread(({ mainUs }) => mainUs),
    threadsUs: Object.fromEntries(threads.sort(([, a], [, b]) => b - a)),
    requestsPerSecond: spread(({ requestsPerSecond }) => requestsPerSecond),
    p50Us: spread(({ p50Us }) => p50Us),
    p99Us: spread(({ p99Us }) => p99Us),
    peakBytes: spread(({ peakBytes }) => peakBytes),
    errors: samples.reduce((sum, { errors }) => sum + errors, 0),
  };
}

/** Rounds a figure, because further digits are noise. */
function rounded(value: number): number {
  return value < 1_000 ? Math.round(value * 10) / 10 : Math.round(value);
}

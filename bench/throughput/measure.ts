/** Runs the rounds of the benchmark. The arms take turns within a round, so that other load meets all of them. */
import { type Spread, spreadOf } from "../statistics.ts";
import type { Arm, Server } from "./arm.ts";
import type { LoadClient } from "./client.ts";
import { type Cell, canServe } from "./plan.ts";
import { cpuBetween, readCpu, readPeak, resetPeak } from "./process-cpu.ts";

/** Each arm is called for this time before its first sample of a cell. wrk knows whole seconds only. */
const WARM_UP_SECONDS = 1;

/** The check of an answer ends after this time. */
const ANSWER_LIMIT_MS = 20_000;

/** Characters of the reason for which an arm or a cell is left out. A server may print a lot before it ends. */
const LONGEST_REASON = 300;

/** The results of one run of the load generator. */
export interface Sample {
  /** CPU time of the server for each request, us. */
  readonly cpuUs: number;
  /** CPU time of the main thread for each request, us. */
  readonly mainUs: number;
  /** CPU time of all threads for each request, by their names, us. */
  readonly threadsUs: Readonly<Record<string, number>>;
  readonly requestsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly peakBytes: number;
  readonly errors: number;
}

export interface Measured {
  readonly arm: Arm;
  readonly cell: Cell;
  readonly samples: readonly Sample[];
}

export interface Missing {
  readonly arm: Arm;
  readonly why: string;
}

export interface MeasureOptions {
  readonly cells: readonly Cell[];
  readonly rounds: number;
  readonly seconds: number;
  readonly client: LoadClient;
  readonly say: (text: string) => void;
}

/**
 * Measures the arms. An arm that cannot be started, or a cell that an arm answers wrongly, is named as missing, and the
 * others go on.
 */
export async function measureArms(
  arms: readonly Arm[],
  options: MeasureOptions,
): Promise<{ measured: Measured[]; missing: Missing[] }> {
  const { cells, rounds, say } = options;
  await using undo = new AsyncDisposableStack();
  const running: { arm: Arm; server: Server; samples: Map<Cell, Sample[]> }[] = [];
  const missing: Missing[] = [];
  const leaveOut = (arm: Arm, error: unknown, cell?: Cell) => {
    const text = error instanceof Error ? error.message : String(error);
    const why = (cell === undefined ? "" : `${describe(cell)}: `) + text.slice(0, LONGEST_REASON);
    say(`${arm.name} is left out: ${why}`);
    missing.push({ arm, why });
  };
  for (const arm of arms) {
    const own = cells.filter((cell) => canServe(arm, cell));
    const tell = (text: string) => say(`${arm.name}: ${text}`);
    try {
      const server = undo.use(await arm.start(Math.max(1, ...own.map(({ tenants }) => tenants)), tell));
      const samples = new Map<Cell, Sample[]>();
      for (const cell of own)
        await checkAnswer(server, cell).then(
          () => samples.set(cell, []),
          (error) => leaveOut(arm, error, cell),
        );
      running.push({ arm, server, samples });
    } catch (error) {
      leaveOut(arm, error);
    }
  }
  for (let round = 1; round <= rounds; round++) {
    for (const [index, cell] of cells.entries()) {
      say(`round ${round} of ${rounds}, ${describe(cell)} (${index + 1} of ${cells.length})`);
      for (const { arm, server, samples } of running) {
        const list = samples.get(cell);
        if (list === undefined) continue;
        try {
          if (round === 1) await sample(server, cell, options, WARM_UP_SECONDS);
          list.push(await sample(server, cell, options, options.seconds));
        } catch (error) {
          samples.delete(cell);
          leaveOut(arm, error, cell);
        }
      }
    }
  }
  const measured = running.flatMap(({ arm, samples }) =>
    [...samples].map(([cell, list]) => ({ arm, cell, samples: list })),
  );
  return { measured, missing };
}

function describe({ handler, tenants, connections }: Cell): string {
  const who = tenants === 1 ? "1 tenant" : `${tenants} tenants`;
  return `${handler.name}, ${who}, ${connections} ${connections === 1 ? "connection" : "connections"}`;
}

/** @throws Error with the wrong answer of the server */
async function checkAnswer(server: Server, { handler, tenants }: Cell): Promise<void> {
  const url = server.origin + server.path(handler, tenants - 1);
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  const init = handler.method === "GET" ? { signal } : { signal, method: handler.method, body: handler.body };
  // The first request to the KV handler writes what the second one reads.
  await (await fetch(url, init)).arrayBuffer();
  const response = await fetch(url, init);
  const body = await response.text();
  if (response.status !== 200 || !handler.isRight(body))
    throw new Error(`${handler.name} answered ${response.status}: ${body.slice(0, 200)}`);
}

async function sample(server: Server, cell: Cell, { client }: MeasureOptions, seconds: number): Promise<Sample> {
  const { handler, tenants, connections } = cell;
  const paths = Array.from({ length: tenants }, (_, tenant) => server.path(handler, tenant));
  await resetPeak(server.pids);
  const before = await readCpu(server.pids);
  const load = await client.send({ origin: server.origin, paths, handler, connections, seconds });
  const after = await readCpu(server.pids);
  const each = (us: number) => us / Math.max(1, load.requests);
  const threads = Object.entries(cpuBetween(before, after)).map(([name, us]) => [name, each(us)] as const);
  const threadsUs = Object.fromEntries(threads.filter(([, us]) => us > 0));
  return {
    cpuUs: each(after.totalUs - before.totalUs),
    mainUs: threadsUs.main ?? 0,
    threadsUs,
    requestsPerSecond: load.requests / load.seconds,
    p50Us: load.p50Us,
    p99Us: load.p99Us,
    peakBytes: await readPeak(server.pids),
    errors: load.errors,
  };
}

/** Median and spread of one figure over the rounds. */
export function spreadOfSamples(samples: readonly Sample[], value: (sample: Sample) => number): Spread {
  return spreadOf(samples.map(value));
}

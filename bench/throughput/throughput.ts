/**
 * `npm run bench -- throughput`: what a request costs Plinth, for each handler, by threads, with many tenants and many
 * connections. The CPU time of a request is the steady figure; requests a second change with the machine's other work.
 *
 * Options: --quick (under two minutes), --arms TEXT (those with it in their name), --handlers A,B, --tenants 1,100,
 * --connections 1,32, --rounds N, --seconds N (of each run), --json FILE, --html FILE (charts and tables)
 */
import { fullPlan } from "./plan.ts";
import { plinthArms } from "./plinth-arm.ts";
import { runBenchmark } from "./run.ts";

export async function benchmarkThroughput(args: string[]): Promise<void> {
  await runBenchmark("throughput", plinthArms, { ...fullPlan, tenants: [1, 100] }, args);
}

/**
 * `npm run bench -- peers`: the handlers of the throughput benchmark on Plinth and on other servers. Each peer is installed
 * when it is first asked for, outside the clone. A peer that cannot be had is named in the last table. The options are
 * those of the throughput benchmark.
 */
import type { Arm } from "../arm.ts";
import { plinthArms } from "../plinth-arm.ts";
import { runBenchmark } from "../run.ts";
import { componentArms } from "./component-arms.ts";
import { goArms } from "./go-arms.ts";
import { nodeArms } from "./node-arms.ts";
import { workerdArms } from "./workerd-arms.ts";

const arms: readonly Arm[] = [...plinthArms, ...workerdArms, ...nodeArms, ...componentArms, ...goArms];

/** There are three times as many arms as in the throughput benchmark. */
const QUICK = { handlers: ["hello", "page", "cpu"], tenants: [1], connections: [32] };

export async function benchmarkPeers(args: string[]): Promise<void> {
  await runBenchmark("peers", arms, QUICK, args);
}

/** `npm run bench -- NAME [options]` */
import { benchmarkCompute } from "./compute/compute.ts";
import { benchmarkKv } from "./kv.ts";
import { benchmarkMemory } from "./memory/memory.ts";
import { benchmarkSwitch } from "./switch.ts";

const benchmarks: Record<string, (args: string[]) => Promise<void>> = {
  memory: benchmarkMemory,
  compute: benchmarkCompute,
  switch: benchmarkSwitch,
  kv: benchmarkKv,
};

const [name = "", ...args] = process.argv.slice(2);
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  console.error(`usage: npm run bench -- NAME [options]\nbenchmarks: ${Object.keys(benchmarks).join(", ")}`);
  process.exitCode = 2;
} else {
  await benchmark(args);
}

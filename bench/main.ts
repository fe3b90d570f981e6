/** `npm run bench -- NAME [options]` */
import { benchmarks } from "./benchmarks.ts";

const [name = "", ...args] = process.argv.slice(2);
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  console.error(`usage: npm run bench -- NAME [options]\nbenchmarks: ${Object.keys(benchmarks).join(", ")}`);
  process.exitCode = 2;
} else {
  await benchmark(args);
}

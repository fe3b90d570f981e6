/** `npm run bench -- NAME [options]` */
import { benchmarks } from "./benchmarks.ts";

const [name = "", ...args] = process.argv.slice(2);
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  console.error(`usage: npm run bench -- NAME [options]\nbenchmarks: ${Object.keys(benchmarks).join(", ")}`);
  process.exitCode = 2;
} else {
  await benchmark(args).catch(refuseArguments);
}

/** An unknown option is the user's mistake: a sentence tells it better than a stack. */
function refuseArguments(error: unknown): void {
  const isUsage = error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
  if (!isUsage) throw error;
  console.error(`bench ${name}: ${error.message}`);
  process.exitCode = 2;
}

import { Command } from "commander";
import { plinthError } from "../../errors.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";

export function benchCommand(surroundings: Surroundings): Command {
  const command = new Command("bench")
    .description("run one of Plinth's benchmarks, or list them")
    .argument("[name]", "the benchmark; without it they are listed")
    .argument("[arguments...]", "its own options, such as --json FILE; docs/reference/performance.md has them")
    .addHelpText("after", examples("plinth bench", "plinth bench kv --keys 100000", "plinth bench dev --runtime js"));
  addJsonOption(command).passThroughOptions();
  return command.action(async (name: string | undefined, args: string[]) => {
    const { benchmarks } = await import("../../../bench/benchmarks.ts");
    const names = Object.keys(benchmarks);
    if (name === undefined) {
      outputFor(command, surroundings).result({ benchmarks: names }, () => names.join("\n"));
      return;
    }
    const run = benchmarks[name];
    if (run === undefined)
      throw plinthError("PLINTH_USAGE", [`there is no benchmark ${name}, but ${names.join(", ")}`]);
    await run(args);
  });
}

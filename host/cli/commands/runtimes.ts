import { Command } from "commander";
import { addClientOptions, clientFor, examples, outputFor, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

export function runtimesCommand(surroundings: Surroundings): Command {
  const command = new Command("runtimes")
    .description("list the language runtimes that the host has")
    .addHelpText("after", examples("plinth runtimes"));
  return addClientOptions(command).action(async () => {
    const runtimes = await (await clientFor(command, surroundings)).runtimes();
    outputFor(command, surroundings).result({ runtimes }, () =>
      table(runtimes, [
        { title: "name", value: (runtime) => runtime.name },
        { title: "version", value: (runtime) => runtime.version },
        { title: "integrity", value: (runtime) => runtime.integrity },
      ]),
    );
  });
}

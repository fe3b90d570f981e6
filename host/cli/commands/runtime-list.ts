import { Command } from "commander";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

export function listRuntimesCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list the runtime packages that have been built; plinth runtimes lists those that a host has loaded")
    .addHelpText("after", examples("plinth runtime list"));
  return addJsonOption(command).action(async () => {
    const { builtRuntimes } = await import("../../build/runtime-packages.ts");
    const runtimes = await builtRuntimes();
    outputFor(command, surroundings).result({ runtimes }, () =>
      table(runtimes, [
        { title: "language", value: (runtime) => runtime.language },
        { title: "name", value: (runtime) => runtime.name },
        { title: "version", value: (runtime) => runtime.version },
        { title: "bytes", value: (runtime) => runtime.bytes },
        { title: "folder", value: (runtime) => runtime.folder },
      ]),
    );
  });
}

import { Argument, Command } from "commander";
import { type Language, languages } from "../../toolchain/language.ts";
import { addClientOptions, addJsonOption, callFor, examples, outputFor, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

export function runtimeCommand(surroundings: Surroundings): Command {
  return new Command("runtime")
    .description("the runtime packages of this machine, which hosts load when they start")
    .addHelpText("after", examples("plinth runtime list", "plinth runtime build go"))
    .addCommand(listCommand(surroundings))
    .addCommand(buildCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list the runtime packages that were built here, or that a host has loaded")
    .option("--loaded", "ask the host; without it no host is needed")
    .addHelpText("after", examples("plinth runtime list", "plinth runtime list --loaded"));
  return addClientOptions(command).action(async ({ loaded }: { loaded?: boolean }) => {
    if (loaded) await listLoaded(command, surroundings);
    else await listBuilt(command, surroundings);
  });
}

async function listLoaded(command: Command, surroundings: Surroundings): Promise<void> {
  const { client, output } = await callFor(command, surroundings);
  const runtimes = await client.runtimes();
  output.result({ runtimes }, () =>
    table(runtimes, [
      { title: "name", value: (runtime) => runtime.name },
      { title: "version", value: (runtime) => runtime.version },
      { title: "integrity", value: (runtime) => runtime.integrity },
    ]),
  );
}

async function listBuilt(command: Command, surroundings: Surroundings): Promise<void> {
  const { builtRuntimes } = await import("../../toolchain/runtime-packages.ts");
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
}

function buildCommand(surroundings: Surroundings): Command {
  const command = new Command("build")
    .description("build a language's runtime package, or bring it up to date; Go's is made from the go command on PATH")
    .addArgument(new Argument("<language>", "go or js").choices(languages))
    .addHelpText("after", examples("plinth runtime build go"));
  return addJsonOption(command).action(async (language: Language) => {
    const output = outputFor(command, surroundings);
    const { buildRuntime, builtRuntime } = await import("../../toolchain/runtime-packages.ts");
    const changed = await buildRuntime(language, (line) => output.progress(line));
    const runtime = (await builtRuntime(language))!;
    output.result({ ...runtime, changed }, () => {
      const name = `${runtime.name}@${runtime.version}`;
      return changed ? `built ${name}; hosts load it when they start` : `${name} is up to date`;
    });
  });
}

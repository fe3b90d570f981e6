import { Argument, Command } from "commander";
import { alternatives, type Languages } from "../../../runtimes/languages.ts";
import { addClientOptions, addJsonOption, callFor, examples, outputFor, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

export function runtimeCommand(surroundings: Surroundings): Command {
  return new Command("runtime")
    .description("the runtime packages of this machine, which hosts load when they start")
    .addHelpText("after", examples("plinth runtime list", buildExample(surroundings.languages)))
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
  const runtimes = await builtRuntimes(surroundings.languages);
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
  const { languages } = surroundings;
  const made = languages.all.flatMap(({ title, package: { madeFrom } }) =>
    madeFrom === undefined ? [] : [`; ${title}'s is made from ${madeFrom}`],
  );
  const command = new Command("build")
    .description(`build a language's runtime package, or bring it up to date${made.join("")}`)
    .addArgument(new Argument("<language>", alternatives(languages.names)).choices(languages.names))
    .addHelpText("after", examples(buildExample(languages)));
  return addJsonOption(command).action(async (name: string) => {
    const output = outputFor(command, surroundings);
    const language = languages.get(name);
    const changed = await language.package.build((line) => output.progress(line));
    const { builtRuntime } = await import("../../toolchain/runtime-packages.ts");
    const runtime = (await builtRuntime(language))!;
    output.result({ ...runtime, changed }, () => {
      const name = `${runtime.name}@${runtime.version}`;
      return changed ? `built ${name}; hosts load it when they start` : `${name} is up to date`;
    });
  });
}

/** An example of the command, with a language whose package is not built by itself. */
function buildExample({ all }: Languages): string {
  return `plinth runtime build ${(all.find((language) => language.package.onDemand) ?? all[0]!).name}`;
}

import { Argument, Command } from "commander";
import { type Language, languages } from "../../build/language.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";

export function buildRuntimeCommand(surroundings: Surroundings): Command {
  const command = new Command("build")
    .description("build a language's runtime package, or bring it up to date; Go's is made from the go command on PATH")
    .addArgument(new Argument("<language>", "go or js").choices(languages))
    .addHelpText("after", examples("plinth runtime build go"));
  return addJsonOption(command).action(async (language: Language) => {
    const output = outputFor(command, surroundings);
    const { buildRuntime, builtRuntime } = await import("../../build/runtime-packages.ts");
    const changed = await buildRuntime(language, (line) => output.progress(line));
    const runtime = (await builtRuntime(language))!;
    output.result({ ...runtime, changed }, () => {
      const name = `${runtime.name}@${runtime.version}`;
      return changed ? `built ${name}; hosts load it when they start` : `${name} is up to date`;
    });
  });
}

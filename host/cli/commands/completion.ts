import { Argument, Command } from "commander";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { completionTree } from "../completion/tree.ts";
import { zshScript } from "../completion/zsh.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

export function completionCommand(surroundings: Surroundings): Command {
  const command = new Command("completion")
    .description("print a script by which a shell completes this command line")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(Object.keys(scripts)))
    .addHelpText(
      "after",
      examples(
        "plinth completion bash >> ~/.bashrc",
        "plinth completion zsh > ~/.zfunc/_plinth",
        "plinth completion fish > ~/.config/fish/completions/plinth.fish",
      ),
    );
  return addJsonOption(command).action((shell: keyof typeof scripts) => {
    const script = scripts[shell](completionTree(command.parent!));
    outputFor(command, surroundings).result({ shell, script }, () => script.trimEnd());
  });
}

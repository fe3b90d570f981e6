/** The words that can be completed, read from the command line's own description. */
import type { Argument, Command, Option } from "commander";

export interface CompletionOption {
  /** The option as it is typed: `--name`, `-o`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** The value that follows the option: none, one of these words, a file, or a text that nobody can guess. */
  readonly value: readonly string[] | "none" | "file" | "other";
}

export interface CompletionNode {
  /** The command's path: "" for plinth itself, "/tenant/list" for a command. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletionOption[];
  /** For each argument: the words that it may be, and whether it may be a file. */
  readonly words: readonly string[];
  readonly takesFile: boolean;
}

/** Names of arguments and option values that are paths. */
const paths = new Set(["dir", "file", "path"]);

/** @returns the command and all below it that its help shows */
export function completionTree(command: Command, path = ""): readonly CompletionNode[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((subcommand) => subcommand.name() !== "help");
  const node: CompletionNode = {
    path,
    commands: commands.map((subcommand) => ({ name: subcommand.name(), description: subcommand.description() })),
    options: help.visibleOptions(command).map(describeOption),
    words: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
    takesFile: command.registeredArguments.some(isPath),
  };
  return [node, ...commands.flatMap((subcommand) => completionTree(subcommand, `${path}/${subcommand.name()}`))];
}

/** The values that may follow options, and for each value all the `PATH --option` before it. */
export function valuedOptions(nodes: readonly CompletionNode[]) {
  const after = new Map<string, { value: CompletionOption["value"]; after: string[] }>();
  for (const { path, options } of nodes) {
    for (const { flags, value } of options) {
      if (value === "none") continue;
      const group = after.get(String(value)) ?? { value, after: [] };
      after.set(String(value), group);
      group.after.push(...flags.map((flag) => `${path} ${flag}`));
    }
  }
  return [...after.values()];
}

function isPath(argument: Argument): boolean {
  return paths.has(argument.name());
}

function describeOption(option: Option): CompletionOption {
  const { short, long, description, argChoices, required, optional, flags } = option;
  const named = /[<[]([a-z-]+)/.exec(flags)?.[1] ?? "";
  const unnamed = !required && !optional;
  const value = argChoices ?? (unnamed ? "none" : paths.has(named) ? "file" : "other");
  return { flags: [short, long].filter((flag) => flag !== undefined), description, value };
}

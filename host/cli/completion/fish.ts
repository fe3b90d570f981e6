import type { CompletionNode, CompletionOption } from "./tree.ts";

/** The script for `plinth completion fish | source` in config.fish, or for ~/.config/fish/completions/plinth.fish. */
export function fishScript(nodes: readonly CompletionNode[]): string {
  return `# Completion of plinth for fish. Made by plinth completion fish.
function __plinth_at
    set -l at ""
    for word in (commandline -opc)[2..]
        switch "$at/$word"
            case ${nodes
              .slice(1)
              .map(({ path }) => path)
              .join(" ")}
                set at "$at/$word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c plinth -f
${nodes.flatMap(lines).join("\n")}
`;
}

function lines({ path, commands, options, words, takesFile }: CompletionNode): string[] {
  const begin = `complete -c plinth -n '__plinth_at "${path}"'`;
  return [
    ...commands.map(({ name, description }) => `${begin} -a ${name} -d ${quoted(description)}`),
    ...words.map((word) => `${begin} -a ${word}`),
    ...(takesFile ? [`${begin} -F`] : []),
    ...options.map((option) => `${begin} ${optionArguments(option)}`),
  ];
}

function optionArguments({ flags, description, value }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const argument = { none: "", file: " -rF", other: " -x" };
  const takes = typeof value === "string" ? argument[value] : ` -x -a ${quoted(value.join(" "))}`;
  return `${names.join(" ")}${takes} -d ${quoted(description)}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

import { type CompletionNode, type CompletionOption, valuedOptions } from "./tree.ts";

/** The script for `source <(plinth completion bash)` in .bashrc, or for a file in bash-completion's folder. */
export function bashScript(nodes: readonly CompletionNode[]): string {
  return `# Completion of plinth for bash. Made by plinth completion bash.
_plinth() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} at="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at/\${COMP_WORDS[i]}" in
      ${nodes
        .slice(1)
        .map(({ path }) => path)
        .join(" | ")}) at="$at/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $previous" in
${valuedOptions(nodes)
  .map(({ value, after }) => `    ${after.map(quoted).join(" | ")}) ${valueAction(value)} ;;`)
  .join("\n")}
  esac
  local words="" options="" files=""
  case "$at" in
${nodes.map((node) => `    ${quoted(node.path)}) ${settings(node)} ;;`).join("\n")}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    if [[ -n $files ]]; then return; fi
  fi
  compopt +o default 2>/dev/null
}
complete -o default -F _plinth plinth
`;
}

/** The action for a value. Readline completes files by itself if nothing is found, unless it is told not to. */
function valueAction(value: CompletionOption["value"]): string {
  if (value === "file") return "return";
  const words = typeof value === "string" ? "" : `COMPREPLY=($(compgen -W "${value.join(" ")}" -- "$current")); `;
  return `${words}compopt +o default 2>/dev/null; return`;
}

function settings({ commands, options, words, takesFile }: CompletionNode): string {
  const flags = options.flatMap((option) => option.flags);
  const all = [...commands.map(({ name }) => name), ...words];
  return `words="${all.join(" ")}" options="${flags.join(" ")}"${takesFile ? " files=yes" : ""}`;
}

function quoted(text: string): string {
  return `"${text}"`;
}

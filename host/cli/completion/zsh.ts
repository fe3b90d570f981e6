import { type CompletionNode, type CompletionOption, valuedOptions } from "./tree.ts";

/** The script for `source <(plinth completion zsh)` in .zshrc after compinit, or for _plinth in a folder of $fpath. */
export function zshScript(nodes: readonly CompletionNode[]): string {
  return `#compdef plinth
# Completion of plinth for zsh. Made by plinth completion zsh.
_plinth() {
  local at="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at/$word" in
      (${nodes
        .slice(1)
        .map(({ path }) => path)
        .join("|")}) at="$at/$word" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${valuedOptions(nodes)
  .map(({ value, after }) => `    (${after.map((text) => `'${text}'`).join("|")}) ${valueAction(value)}; return ;;`)
  .join("\n")}
  esac
  local -a entries options
  local files=""
  case "$at" in
${nodes.map((node) => `    ('${node.path}')\n${settings(node)} ;;`).join("\n")}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe option options
  else
    if (( \${#entries} )); then _describe command entries; fi
    if [[ -n $files ]]; then _files; fi
  fi
}
if [[ "\${funcstack[1]}" == _plinth ]]; then _plinth "$@"; else compdef _plinth plinth; fi
`;
}

function valueAction(value: CompletionOption["value"]): string {
  if (value === "file") return "_files";
  return typeof value === "string" ? ":" : `compadd -- ${value.join(" ")}`;
}

function settings({ commands, options, words, takesFile }: CompletionNode): string {
  const entries = [
    ...commands.map(({ name, description }) => entry(name, description)),
    ...words.map((word) => `'${word}'`),
  ];
  const flags = options.flatMap((option) => option.flags.map((flag) => entry(flag, option.description)));
  return `      entries=(${entries.join(" ")})\n      options=(${flags.join(" ")})${takesFile ? "\n      files=yes" : ""}`;
}

/** A word and, after a colon, its description. */
function entry(word: string, description: string): string {
  return `'${word}:${description.replaceAll("'", "'\\''")}'`;
}

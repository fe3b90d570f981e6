import type { Vars } from "./binding.ts";

/**
 * Vars and secrets as texts, for programs whose environment has nothing else: WASI commands and static components. A text
 * stays as it is, anything else becomes JSON. A text with a zero byte is left out: a variable ends there.
 */
export function textsOf(vars: Vars): Record<string, string> {
  const variables = Object.entries(vars).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(variables.filter(([, value]) => !value.includes("\0")));
}

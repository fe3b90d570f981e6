/** Vars and secrets as texts, for programs whose environment has nothing else: WASI commands and static components. */
import type { Grants } from "../binding.ts";

/** A text as it is, anything else as JSON. A text with a zero byte is left out: a variable ends there. */
export function environmentOf(vars: Grants["vars"]): Record<string, string> {
  const variables = Object.entries(vars).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(variables.filter(([, value]) => !value.includes("\0")));
}

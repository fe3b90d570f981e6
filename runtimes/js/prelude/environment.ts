/** `env`: the vars, secrets and namespaces of the tenant. The host hands them over at the start of a request. */
import { takeHead } from "./bindings.ts";
import { define, parseJson } from "./intrinsics.ts";
import { KVNamespace } from "./kv.ts";

export function readEnvironment(): object {
  const head = takeHead();
  if (head === null) return {};
  const { value } = parseJson(head) as { value: { vars: object; kv: string[] } };
  const env = value.vars;
  for (let i = 0; i < value.kv.length; i++) define(env, value.kv[i]!, KVNamespace.named(value.kv[i]!));
  return env;
}

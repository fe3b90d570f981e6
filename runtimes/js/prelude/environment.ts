/** `env`: the tenant's vars, secrets, namespaces and static files. The host hands them over at the start of a request. */
import { Assets } from "./assets.ts";
import { takeHead } from "./bindings.ts";
import { define, defineProperty, parseJson, toJson } from "./intrinsics.ts";
import { KVNamespace } from "./kv.ts";
import { phase } from "./phase.ts";
import { log } from "./text.ts";

/** The environment of the request, or of the module's start-up. */
let current: object | undefined;

export function readEnvironment(): object {
  current = environmentOf(takeHead());
  return current;
}

function environmentOf(head: string | null): object {
  if (head === null) return {};
  const { value } = parseJson(head) as { value: { vars: object; kv: string[]; assets?: string | null } };
  const env = value.vars;
  for (let i = 0; i < value.kv.length; i++) define(env, value.kv[i]!, KVNamespace.named(value.kv[i]!));
  if (value.assets) define(env, value.assets, Assets.make());
  return env;
}

interface StartRead {
  name: string;
  by: string;
}

/** The names that the start-up has read. */
const reads: StartRead[] = [];
const mostReads = 100;

/**
 * `env` for `process.env` (../node/process.ts), whose module comes with the programs that use it. While the module
 * loads, the vars are there and the secrets are not. So the host is told which names are read, and refuses secrets of
 * these names.
 *
 * @param name "*" for all names
 * @param by the place that reads
 */
function environmentFor(name: string, by: string): object {
  if (phase.serving) return current ?? {};
  const env = current ?? readEnvironment();
  if (name === "*") {
    // Packages look through all names for those that concern them. So the host cannot refuse a secret of any name.
    log(2, "The top level lists process.env: it has the vars, and no secrets");
    return env;
  }
  // The host takes more reads than these for a read of all names.
  if (reads.length <= mostReads) {
    define(reads, reads.length, { name, by });
    if ($call(toJson({ binding: "vars", method: "readAtStart", arguments: { reads } }), 0, undefined) === 0) takeHead();
  }
  return env;
}

defineProperty(globalThis, Symbol.for("plinth.environment"), { value: environmentFor });

/** A folder's configuration of wrangler in the place of a manifest. */
import { loadBindings } from "../bindings/registry.ts";
import { plinthError } from "../errors.ts";
import { type Converted, convertWrangler } from "./convert.ts";
import { wranglerEnvironment } from "./environment.ts";
import type { WranglerFile } from "./file.ts";
import type { Finding } from "./finding.ts";

export interface ReadWrangler extends Converted {
  /** For messages. */
  readonly file: string;
}

/**
 * @param bindingModules URLs of modules of bindings beside the registry's
 * @throws PLINTH_WRANGLER_CONFIG for what is wrong, not for what Plinth does not have; PLINTH_ENVIRONMENT,
 *   PLINTH_BINDING_MODULE
 */
export async function readWrangler(
  { file, config }: WranglerFile,
  languages: readonly string[],
  bindingModules: readonly string[] = [],
  environment?: string,
): Promise<ReadWrangler> {
  const chosen = wranglerEnvironment(config, environment, file);
  const converted = convertWrangler(chosen, languages, await loadBindings(bindingModules));
  const { mistakes, unsupported } = converted;
  // All at once, so that a project is changed once.
  if (mistakes.length > 0) throw refusal(file, [...mistakes, ...unsupported]);
  return { ...converted, file };
}

/** @throws PLINTH_WRANGLER_CONFIG with all that Plinth does not have, each with what to do */
export function refuseUnsupported({ file, unsupported }: ReadWrangler): void {
  if (unsupported.length > 0) throw refusal(file, unsupported);
}

function refusal(file: string, findings: readonly Finding[]): Error {
  const lines = findings.map(({ path, text }) => `\n  ${path}: ${text}`);
  const details = { file, keys: findings.map(({ path }) => path).join(", ") };
  return plinthError("PLINTH_WRANGLER_CONFIG", [file, lines.join("")], { details });
}

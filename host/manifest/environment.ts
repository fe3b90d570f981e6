/** A manifest as one of its environments has it. */
import { plinthError } from "../errors.ts";
import type { Manifest } from "./schema.ts";

/**
 * @param environment undefined for the top level
 * @param file for the message
 * @throws PLINTH_ENVIRONMENT
 */
export function forEnvironment(manifest: Manifest, environment: string | undefined, file: string): Manifest {
  const { env = {}, ...top } = manifest;
  if (environment === undefined) return top;
  const own = Object.hasOwn(env, environment) ? env[environment]! : undefined;
  if (own === undefined) throw noEnvironment(file, environment, Object.keys(env));
  // What belongs to the one deployment is not inherited: a staging environment must not write to production's data.
  const { name, vars: _vars, kv: _kv, routes: _routes, ...inherited } = top;
  return { ...inherited, ...(name === undefined ? {} : { name: environmentName(name, environment) }), ...own };
}

/** The tenant of an environment that does not name one. */
export function environmentName(name: string, environment: string): string {
  return `${name}-${environment}`;
}

export function noEnvironment(file: string, environment: string, known: readonly string[]): Error {
  const said = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
  return plinthError("PLINTH_ENVIRONMENT", [file, environment, said], { details: { file, environment } });
}

/** A configuration of wrangler as one of its environments has it. */
import { isRecord } from "../bindings/is-record.ts";
import { environmentName, noEnvironment } from "../manifest/environment.ts";

type Config = Readonly<Record<string, unknown>>;

/**
 * Keys that an environment has from the top level, as wrangler has it. Vars and bindings are not among them. Routes are not
 * either, because a hostname belongs to one tenant.
 */
const inherited = [
  "alias",
  "assets",
  "base_dir",
  "build",
  "find_additional_modules",
  "jsx_factory",
  "jsx_fragment",
  "limits",
  "main",
  "migrations",
  "preserve_file_names",
  "rules",
  "site",
  "triggers",
  "tsconfig",
];

/** Names of the environments. */
export function environmentsOf({ env }: Config): readonly string[] {
  return isRecord(env) ? Object.keys(env).filter((name) => isRecord(env[name])) : [];
}

/** @param environment undefined for the top level @param file for the message @throws PLINTH_ENVIRONMENT */
export function wranglerEnvironment(config: Config, environment: string | undefined, file: string): Config {
  const { env, ...top } = config;
  if (environment === undefined) return top;
  const known = environmentsOf(config);
  if (!known.includes(environment)) throw noEnvironment(file, environment, known);
  const own = (env as Readonly<Record<string, Config>>)[environment]!;
  const name = typeof top.name === "string" ? { name: environmentName(top.name, environment) } : {};
  const entries = Object.entries(top).filter(([key]) => inherited.includes(key));
  return { ...name, ...Object.fromEntries(entries), ...own };
}

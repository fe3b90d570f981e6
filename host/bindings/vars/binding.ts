/** Vars and secrets: values by name, which are there with each request. */
import { Type } from "#typebox";
import type { JsonValue } from "../../store/store.ts";
import { defineBinding } from "../binding.ts";
import { isRecord } from "../is-record.ts";
import { environmentName, MOST_ENTRIES } from "../schema-parts.ts";
import { textsOf } from "./texts.ts";
import { varsImports } from "./wit.ts";

/** The values by name. */
export type Vars = Readonly<Record<string, JsonValue>>;

/** Nesting of the JSON of a var. */
const DEPTH = 32;

export default defineBinding({
  name: "vars",
  schema: Type.Unsafe<Vars>({
    type: "object",
    propertyNames: environmentName,
    maxProperties: MOST_ENTRIES,
    description:
      "Values that the program reads as env.NAME, or as environment variables. Any JSON. " +
      "Not for secrets: plinth secret put.",
  }),
  mistakes: (config) =>
    Object.entries(isRecord(config) ? config : {})
      .filter(([, json]) => isDeeper(json, DEPTH))
      .map(([name]) => ({ path: [name], text: `is nested too deeply; expected at most ${DEPTH} levels` })),
  environment: {
    names: (config) => Object.keys(isRecord(config) ? config : {}).map((name) => ({ name, path: [name] })),
    value: (grant: Vars = {}) => grant,
    texts: textsOf,
  },
  // Top-level code has the vars, and no secrets.
  grantAtStart: (config) => (Object.keys(config).length === 0 ? undefined : config),
  host: async (services) => (await import("./host.ts")).VarsSide.open(services),
  wit: {
    interface: "plinth:vars/environment@0.1.0",
    suspending: [],
    imports: (_calls, grant = {}) => varsImports(grant),
  },
});

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

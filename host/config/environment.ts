import type { TSchema } from "#typebox";
import { listOf } from "./list.ts";
import { settingsSchema } from "./settings.ts";

/** Variables that have the prefix and are no settings of the host. The CLI and the tests read them. */
const otherVariables = new Set(["PLINTH_ADMIN", "PLINTH_TOKEN", "PLINTH_CONFIG", "PLINTH_KILLS", "PLINTH_CACHE"]);

/** Variables with names of their own. `PLINTH_ADMIN` tells the CLI its host, and no host where to listen. */
const namesApart: Readonly<Record<string, string>> = { admin: "PLINTH_ADMIN_LISTEN" };

/** The variable of a setting: `PLINTH_SLOTS_PER_RUNTIME` for `slotsPerRuntime`. */
export function variableOf(setting: string): string {
  return namesApart[setting] ?? `PLINTH_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * The settings of the environment, by their names in a file. A variable with the prefix that names no setting stays under
 * its own name, so that the validator refuses it.
 */
export function settingsOfEnvironment(environment: NodeJS.ProcessEnv): Record<string, unknown> {
  const properties = Object.entries(settingsSchema.properties) as [string, TSchema][];
  const settings: Record<string, unknown> = {};
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith("PLINTH_") || otherVariables.has(variable) || text === undefined) continue;
    const [name, schema] = properties.find(([setting]) => variableOf(setting) === variable) ?? [variable];
    settings[name] = schema === undefined ? text : typed(text, schema);
  }
  return settings;
}

/** Reads a text by the setting's type. A text that does not fit stays a text, which the validator refuses. */
function typed(text: string, schema: TSchema): unknown {
  const type = "type" in schema ? schema.type : undefined;
  if (type === "integer" && /^[0-9]+$/.test(text)) return Number(text);
  if (type === "array") return listOf(text);
  return text;
}

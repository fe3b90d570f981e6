/** Finds every mistake in a manifest, or in the part of it that a version takes along. */
import { Ajv, type ErrorObject } from "ajv";
import { Cron } from "croner";
import type { Type } from "#typebox";
import type { AnyBinding, Path } from "../bindings/binding.ts";
import { isRecord } from "../bindings/is-record.ts";
import { environmentEntries } from "../bindings/manifest-names.ts";
import { registry } from "../bindings/registry.ts";
import { nearestName } from "../config/nearest-name.ts";
import { fiveFields, type Manifest, manifestSchemaOf, type RuntimeConfig, runtimeConfigSchemaOf } from "./schema.ts";

interface Problem {
  /** The way to the value. */
  readonly path: Path;
  /** The property's name is wrong, and not its value. */
  readonly atName: boolean;
  /** A sentence that says what is wrong and what is expected. */
  readonly text: string;
}

/** A check of any value against one schema. */
export interface Check {
  /** The names that the schema has properties for. */
  readonly names: readonly string[];
  /** @returns every problem, none where the value is right */
  problemsOf(value: unknown): Problem[];
}

const ajv = new Ajv({ allErrors: true, verbose: true, keywords: ["patternErrorMessage"] });

const manifestChecks = new Map<string, Check>();

/** @param languages what `runtime` may be */
export function manifestCheck(languages: readonly string[], bindings: readonly AnyBinding[] = registry): Check {
  const key = [languages, bindings.map(({ name }) => name)].join(";");
  const check = manifestChecks.get(key) ?? checkOf<Manifest>(manifestSchemaOf(languages, bindings), bindings);
  manifestChecks.set(key, check);
  return check;
}

/** Checks the part of a manifest that a version takes along to a host with these bindings. */
export function configCheck(bindings: readonly AnyBinding[] = registry): Check {
  return checkOf<RuntimeConfig>(runtimeConfigSchemaOf(bindings), bindings);
}

function checkOf<Value>(schema: Type.TObject, bindings: readonly AnyBinding[]): Check {
  const validate = ajv.compile<Value>(schema);
  return {
    names: Object.keys(schema.properties),
    problemsOf(value) {
      const problems = validate(value) ? [] : (validate.errors ?? []).flatMap(problemOf);
      const config = isRecord(value) ? value : {};
      const environments = Object.entries(isRecord(config.env) ? config.env : {});
      const inEnvironments = environments.flatMap(([name, own]) =>
        problemsBeyondSchema(isRecord(own) ? own : {}, bindings).map(({ path, ...problem }) => ({
          ...problem,
          path: ["env", name, ...path],
        })),
      );
      return [...problems, ...problemsBeyondSchema(config, bindings), ...inEnvironments];
    },
  };
}

/** Finds mistakes that a schema cannot describe, in the parts that have the schema's form. */
function problemsBeyondSchema(config: Readonly<Record<string, unknown>>, bindings: readonly AnyBinding[]): Problem[] {
  const problems: Problem[] = [];
  const names = new Set<string>();
  for (const { name, path } of environmentEntries(bindings, config)) {
    const text = `is ${shown(name)}, which is the name of something else already; expected a name of its own`;
    if (names.has(name)) problems.push({ path, atName: false, text });
    names.add(name);
  }
  for (const { name, mistakes } of bindings) {
    for (const { path, text } of mistakes?.(config[name]) ?? []) {
      problems.push({ path: [name, ...path], atName: false, text });
    }
  }
  for (const [index, cron] of (Array.isArray(config.crons) ? config.crons : []).entries()) {
    if (typeof cron !== "string" || !fiveFields.test(cron)) continue;
    const reason = cronMistake(cron);
    if (reason === undefined) continue;
    const text = `is ${shown(cron)}: ${reason}; expected such as "*/5 * * * *"`;
    problems.push({ path: ["crons", index], atName: false, text });
  }
  return problems;
}

/** `kv[0].binding`; "the manifest" for the whole. */
export function pathText(path: Path): string {
  if (path.length === 0) return "the manifest";
  return path
    .map((part, index) => {
      if (typeof part === "string" && /^[\w$]+$/.test(part)) return index === 0 ? part : `.${part}`;
      return `[${JSON.stringify(part)}]`;
    })
    .join("");
}

function problemOf(error: ErrorObject): Problem[] {
  const path = pathOf(error.instancePath);
  switch (error.keyword) {
    case "additionalProperties": {
      const name = String(error.params.additionalProperty);
      const known = Object.keys(error.parentSchema?.properties ?? {});
      return [{ path: [...path, name], atName: true, text: `is unknown; ${nearestName(name, known)}` }];
    }
    case "propertyNames": {
      const name = String(error.params.propertyName);
      const expected = error.parentSchema?.propertyNames.patternErrorMessage;
      return [{ path: [...path, name], atName: true, text: `is not a name here; expected ${expected}` }];
    }
    case "required":
      return [{ path, atName: false, text: `has no ${shown(error.params.missingProperty)}, which it needs` }];
    default:
      // "propertyNames" tells the mistake in a name once.
      if (error.propertyName !== undefined) return [];
      return [{ path, atName: false, text: `is ${shown(error.data)}; expected ${expectation(error)}` }];
  }
}

function expectation({ keyword, params, parentSchema, message }: ErrorObject): string {
  switch (keyword) {
    case "type":
      return TYPES[params.type as keyof typeof TYPES] ?? params.type;
    case "enum":
      return (params.allowedValues as unknown[]).map(shown).join(" or ");
    case "pattern":
      return parentSchema?.patternErrorMessage;
    case "minimum":
      return `at least ${params.limit}`;
    case "maximum":
      return `at most ${params.limit}`;
    case "minLength":
    case "maxLength":
      return `${keyword === "minLength" ? "at least" : "at most"} ${params.limit} characters`;
    case "maxItems":
    case "maxProperties":
      return `at most ${params.limit} entries`;
    case "uniqueItems":
      return "each entry once";
    default:
      return message ?? keyword;
  }
}

const TYPES = {
  string: "a text in quotes",
  integer: "a whole number",
  object: "an object: { ... }",
  array: "a list: [ ... ]",
};

/** JSON pointer (RFC 6901) to path. */
function pathOf(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^(0|[1-9][0-9]*)$/.test(part) ? Number(part) : part));
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function cronMistake(cron: string): string | undefined {
  try {
    // To find that a time never comes takes a search of many years, which is better done here than where the crons are run.
    return new Cron(cron, { timezone: "UTC", paused: true }).nextRun() === null ? "that time never comes" : undefined;
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, "").replace(/\.$/, "");
  }
}

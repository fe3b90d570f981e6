/** What is wrong with a manifest, or with the part of it that a version takes along: every problem, not just the first. */
import { Ajv, type ErrorObject } from "ajv";
import { Cron } from "croner";
import { closest, distance } from "fastest-levenshtein";
import { fiveFields, type Manifest, manifestSchema, type RuntimeConfig, runtimeConfigSchema } from "./schema.ts";

export type Path = readonly (string | number)[];

export interface Problem {
  /** To the value. */
  readonly path: Path;
  /** The name itself is wrong, not what it stands for. */
  readonly atName: boolean;
  /** What is wrong and what is expected. */
  readonly text: string;
}

/** Nesting of the JSON of a var. */
const VARS_DEPTH = 32;

const ajv = new Ajv({ allErrors: true, verbose: true, keywords: ["patternErrorMessage"] });
const validateManifest = ajv.compile<Manifest>(manifestSchema);
const validateConfig = ajv.compile<RuntimeConfig>(runtimeConfigSchema);

export function manifestProblems(value: unknown): Problem[] {
  return problemsOf(validateManifest, value);
}

export function configProblems(value: unknown): Problem[] {
  return problemsOf(validateConfig, value);
}

function problemsOf(validate: typeof validateManifest | typeof validateConfig, value: unknown): Problem[] {
  const sound = validate(value);
  const problems = sound ? [] : (validate.errors ?? []).flatMap(problemOf);
  return [...problems, ...problemsBeyondSchema(value as PerhapsConfig | null)];
}

/** What a schema cannot say, of whatever parts have the form that the schema wants. */
function problemsBeyondSchema(value: PerhapsConfig | null): Problem[] {
  const problems: Problem[] = [];
  const vars = isRecord(value?.vars) ? value.vars : {};
  const names = new Set(Object.keys(vars));
  for (const [index, entry] of listOf(value?.kv).entries()) {
    const binding = isRecord(entry) ? entry.binding : undefined;
    if (typeof binding !== "string") continue;
    const text = `is ${shown(binding)}, which is the name of something else already; expected a name of its own`;
    if (names.has(binding)) problems.push({ path: ["kv", index, "binding"], atName: false, text });
    names.add(binding);
  }
  for (const [name, json] of Object.entries(vars)) {
    const text = `is nested too deeply; expected at most ${VARS_DEPTH} levels`;
    if (isDeeper(json, VARS_DEPTH)) problems.push({ path: ["vars", name], atName: false, text });
  }
  for (const [index, cron] of listOf(value?.crons).entries()) {
    if (typeof cron !== "string" || !fiveFields.test(cron)) continue;
    const reason = cronMistake(cron);
    if (reason === undefined) continue;
    const text = `is ${shown(cron)}: ${reason}; expected such as "*/5 * * * *"`;
    problems.push({ path: ["crons", index], atName: false, text });
  }
  return problems;
}

type PerhapsConfig = { readonly [Name in keyof RuntimeConfig]: unknown };

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
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
      return [{ path: [...path, name], atName: true, text: `is unknown; ${suggestion(name, error)}` }];
    }
    case "propertyNames": {
      const name = String(error.params.propertyName);
      const expected = error.parentSchema?.propertyNames.patternErrorMessage;
      return [{ path: [...path, name], atName: true, text: `is not a name here; expected ${expected}` }];
    }
    case "required":
      return [{ path, atName: false, text: `has no ${shown(error.params.missingProperty)}, which it needs` }];
    default:
      // What is wrong with a name is told once, by "propertyNames".
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

function suggestion(name: string, error: ErrorObject): string {
  const known = Object.keys(error.parentSchema?.properties ?? {});
  const nearest = closest(name, known);
  // A slip of the keyboard, not another word.
  if (distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, name.length / 3)) {
    return `did you mean ${shown(nearest)}?`;
  }
  return `expected one of ${known.join(", ")}`;
}

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

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function cronMistake(cron: string): string | undefined {
  try {
    // To find that a time never comes takes a search of many years, which is better done here than where the crons are run.
    return new Cron(cron, { timezone: "UTC", paused: true }).nextRun() === null ? "that time never comes" : undefined;
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, "").replace(/\.$/, "");
  }
}

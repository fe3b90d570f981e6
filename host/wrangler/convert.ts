/** From a configuration of wrangler to a manifest. */
import type { AnyBinding, Path } from "../bindings/binding.ts";
import { isRecord } from "../bindings/is-record.ts";
import { manifestCheck, pathText } from "../manifest/check.ts";
import type { Manifest } from "../manifest/schema.ts";
import { plinthCron } from "./crons.ts";
import type { Finding } from "./finding.ts";
import { adviceFor } from "./keys.ts";
import { hostnamesOf } from "./routes.ts";

type Config = Readonly<Record<string, unknown>>;

export interface Converted {
  /** Has the form of one only if there are no `mistakes`. */
  readonly manifest: Manifest;
  /** What the configuration asks for and Plinth does not have, each with what to do. */
  readonly unsupported: readonly Finding[];
  /** Values that are not right. */
  readonly mistakes: readonly Finding[];
  /** What is taken otherwise than it is written, one sentence each. */
  readonly warnings: readonly string[];
}

/** @param languages what a manifest's `runtime` may be @param bindings those of the registry if not given */
export function convertWrangler(
  config: Config,
  languages: readonly string[],
  bindings?: readonly AnyBinding[],
): Converted {
  const routes = hostnamesOf(config);
  const crons = isRecord(config.triggers) ? config.triggers.crons : undefined;
  const manifest = {
    ...given("name", config.name),
    ...given("main", config.main),
    ...given("routes", routes?.hostnames),
    ...given("vars", config.vars),
    ...given("assets", assetsOf(config.assets)),
    ...given("kv", listed(config.kv_namespaces, namespaceOf)),
    ...given(
      "crons",
      listed(crons, (cron) => (typeof cron === "string" ? plinthCron(cron) : cron)),
    ),
  };
  const mistakes = manifestCheck(languages, bindings)
    .problemsOf(manifest)
    .map(({ path, text }) => ({ path: pathText(wranglerPath(path)), text }));
  return {
    manifest,
    unsupported: [...unsupportedKeys(config), ...(routes?.unsupported ?? [])],
    mistakes: [...mistakes, ...misplaced(config)],
    warnings: [...cronWarnings(crons), ...limitWarnings(config)],
  };
}

function given(name: string, value: unknown): Config {
  return value === undefined ? {} : { [name]: value };
}

/** A value that is no list stays as it is: the manifest's check says what is wrong with it. */
function listed(value: unknown, change: (entry: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map(change) : value;
}

/** A namespace's id is its name on Plinth. wrangler names one that has no id yet by its binding. */
function namespaceOf(entry: unknown): unknown {
  if (!isRecord(entry)) return entry;
  return { binding: entry.binding, namespace: entry.id ?? entry.binding };
}

/** wrangler's names of what is written otherwise in a manifest. */
const assetNames: Readonly<Record<string, string>> = {
  html_handling: "htmlHandling",
  not_found_handling: "notFound",
  run_worker_first: "runWorkerFirst",
};

/** A name that is unknown stays: the manifest's check says so. */
function assetsOf(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [assetNames[name] ?? name, entry]));
}

/** Where the configuration has what the manifest has at `path`. */
function wranglerPath([first, ...rest]: Path): Path {
  if (first === "kv") return ["kv_namespaces", ...rest.map((part) => (part === "namespace" ? "id" : part))];
  if (first === "crons") return ["triggers", "crons", ...rest];
  if (first === "assets") {
    const theirs = Object.keys(assetNames).find((name) => assetNames[name] === rest[0]);
    return ["assets", ...(theirs === undefined ? rest : [theirs, ...rest.slice(1)])];
  }
  // The message has the route itself. Its number is another one, because some routes are left out.
  if (first === "routes") return ["routes"];
  return first === undefined ? [] : [first, ...rest];
}

function unsupportedKeys(config: Config): Finding[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const advice = isUsed(value) ? adviceFor(key) : undefined;
    return advice === undefined ? [] : [{ path: pathText([key]), text: advice }];
  });
}

/** An empty list asks for nothing. */
function isUsed(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false;
  return typeof value !== "object" || Object.values(value).some(isUsed);
}

function misplaced({ triggers, routes }: Config): Finding[] {
  const findings: Finding[] = [];
  if (triggers !== undefined && !isRecord(triggers)) {
    findings.push({ path: "triggers", text: "is no object; expected crons in it" });
  }
  if (routes !== undefined && !Array.isArray(routes)) {
    findings.push({ path: "routes", text: "is no list; expected [ ... ], or route for one" });
  }
  return findings;
}

function cronWarnings(crons: unknown): string[] {
  return (Array.isArray(crons) ? crons : []).flatMap((cron: unknown) => {
    if (typeof cron !== "string") return [];
    const own = plinthCron(cron);
    if (own === cron) return [];
    return [
      `the cron ${JSON.stringify(cron)} is ${JSON.stringify(own)} here, and so says controller.cron: 0 is Sunday, not 1`,
    ];
  });
}

function limitWarnings({ limits }: Config): string[] {
  if (!isUsed(limits)) return [];
  return ["limits is left out: the operator's limits count, and a plinth.jsonc can lower them"];
}

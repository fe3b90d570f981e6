/** Loads the host's configuration. Flags take precedence over the environment, then the file, then the defaults. */

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import ipaddr from "ipaddr.js";
import { type PlinthError, plinthError } from "../errors.ts";
import { type Address, parseAddress } from "./address.ts";
import { settingsOfEnvironment, variableOf } from "./environment.ts";
import { nearestName } from "./nearest-name.ts";
import {
  defaultSettings,
  logLevels,
  parkingModes,
  requestLogModes,
  type Settings,
  settingsSchema,
} from "./settings.ts";

/** Settings, checked and complete: addresses are parsed, paths are absolute. */
export interface Config extends Omit<Settings, "listen" | "listenTls" | "tlsFolder" | "admin"> {
  readonly listen: Address;
  /** The address and the certificates' folder for TLS; null for no TLS. */
  readonly tls: { readonly listen: Address; readonly folder: string } | null;
  readonly admin: Address;
}

export interface ConfigSources {
  /** The values of the command line; undefined for flags that were not given. */
  flags?: { readonly [Name in keyof Settings]?: Settings[Name] | undefined };
  /**
   * The file that `--config` names. The next candidates are `PLINTH_CONFIG`, and `plinth.config.json` in the data folder.
   */
  file?: string | undefined;
  /** The environment's variables; `process.env` if not given. */
  environment?: NodeJS.ProcessEnv;
}

const configFileName = "plinth.config.json";

const validate = new Ajv().compile({ ...settingsSchema, required: [] });

/** @throws PLINTH_CONFIG with the setting and its source, PLINTH_CONFIG_FILE */
export async function loadConfig(sources: ConfigSources = {}): Promise<Config> {
  const environment = sources.environment ?? process.env;
  const given = Object.entries(sources.flags ?? {}).filter(([, value]) => value !== undefined);
  const flags = checked(Object.fromEntries(given), "the command line");
  const variables = checked(settingsOfEnvironment(environment), "the environment");
  const dataDir = flags.dataDir ?? variables.dataDir;
  const file = await settingsOfFile(sources.file ?? environment.PLINTH_CONFIG, dataDir ?? defaultSettings().dataDir);

  const settings = { ...defaultSettings(), ...file, ...variables, ...flags };
  for (const name of ["fetchPrivateNetworks", "trustedProxies"] as const) {
    const notCidr = settings[name].find((network) => !ipaddr.isValidCIDR(network));
    if (notCidr !== undefined) throw wrong(name, `the value ${notCidr}`, cidrHint);
  }
  const { listenTls, tlsFolder, ...others } = settings;
  if (listenTls !== "" && tlsFolder === "")
    throw wrong("tlsFolder", "the default", "listenTls needs the folder of the certificates");
  return {
    ...others,
    tls: listenTls === "" ? null : { listen: addressOf("listenTls", settings), folder: resolve(tlsFolder) },
    dataDir: resolve(settings.dataDir),
    runtimeFolders: settings.runtimeFolders.map((folder) => resolve(folder)),
    bindingModules: settings.bindingModules.map((file) => resolve(file)),
    listen: addressOf("listen", settings),
    admin: addressOf("admin", settings),
  };
}

async function settingsOfFile(named: string | undefined, dataDir: string): Promise<Partial<Settings>> {
  const path = named ?? join(dataDir, configFileName);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (named === undefined && error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw unreadable(path, error);
  }
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, error);
  }
  const settings = checked(values, path);
  if (named === undefined && settings.dataDir !== undefined)
    throw wrong("dataDir", path, "the data folder's own file cannot name another data folder");
  return settings;
}

/** @throws PLINTH_CONFIG */
function checked(values: unknown, source: string): Partial<Settings> {
  if (validate(values)) return values as Partial<Settings>;
  const error = validate.errors?.[0] as ErrorObject;
  if (error.keyword === "additionalProperties") {
    const name: string = error.params.additionalProperty;
    const settings = Object.keys(settingsSchema.properties);
    const known = name.startsWith("PLINTH_") ? settings.map(variableOf) : settings;
    throw wrong(name, source, `there is no such setting; ${nearestName(name, known)}`);
  }
  // The path is such as "/workers" or "/adminHosts/0". It is empty if the settings are no object.
  const name = error.instancePath.split("/")[1] ?? "(all)";
  throw wrong(name, source, reasonOf(name, error), source === "the environment" ? variableOf(name) : name);
}

function reasonOf(name: string, error: ErrorObject): string {
  if (name === "listen" || name === "listenTls" || name === "admin") return addressHint;
  if (name === "logLevel") return `it must be one of ${logLevels.join(", ")}`;
  if (name === "requestLog") return `it must be one of ${requestLogModes.join(", ")}`;
  if (name === "parking") return `it must be one of ${parkingModes.join(", ")}`;
  return `it ${error.message ?? "is not valid"}`;
}

const cidrHint = "each must be a network as ADDRESS/BITS, such as 10.1.0.0/16 or ::1/128";
const addressHint = "it must be HOST:PORT, with an IPv6 address in brackets and a port of at most 65535";

function addressOf(name: "listen" | "listenTls" | "admin", settings: Settings): Address {
  const address = parseAddress(settings[name]);
  if (address === undefined) throw wrong(name, `the value ${settings[name]}`, addressHint);
  return address;
}

function wrong(name: string, source: string, reason: string, shown = name): PlinthError {
  return plinthError("PLINTH_CONFIG", [shown, source, reason], { details: { setting: name, source } });
}

function unreadable(path: string, cause: unknown): PlinthError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return plinthError("PLINTH_CONFIG_FILE", [path, reason], { details: { file: path }, cause });
}

/** Finds a command's host and token: in options, then the environment, then the user's configuration file. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { plinthError } from "../errors.ts";

/** The default address of plinth serve's admin API. */
export const DEFAULT_ADMIN = "http://127.0.0.1:8081";

export interface ConnectionOptions {
  /** The option --admin. */
  readonly admin?: string | undefined;
  /** The option --token. */
  readonly token?: string | undefined;
  /** The option --token-file. */
  readonly tokenFile?: string | undefined;
}

export interface Connection {
  /** Base URL of the admin API, without a slash at the end. */
  readonly admin: string;
  readonly token: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface ConfigFile {
  admin?: string;
  token?: string;
  /** A path from the configuration file's folder. */
  tokenFile?: string;
}

/** @throws PLINTH_USAGE if a value is not usable, PLINTH_TOKEN_MISSING */
export async function resolveConnection(options: ConnectionOptions, env: Environment): Promise<Connection> {
  const file = configFilePath(env);
  const config = await readConfigFile(file);
  const admin = parseAdmin(options.admin ?? (env.PLINTH_ADMIN || undefined) ?? config.admin ?? DEFAULT_ADMIN);
  const token =
    options.token ??
    (options.tokenFile === undefined ? undefined : await readTokenFile(options.tokenFile)) ??
    (env.PLINTH_TOKEN || undefined) ??
    config.token ??
    (config.tokenFile === undefined ? undefined : await readTokenFile(resolve(dirname(file), config.tokenFile)));
  if (token === undefined) throw plinthError("PLINTH_TOKEN_MISSING", [admin]);
  return { admin, token };
}

/** `~/.config/plinth/config.json`, or in $XDG_CONFIG_HOME if that is absolute (XDG Base Directory Specification). */
export function configFilePath(env: Environment): string {
  const base = env.XDG_CONFIG_HOME;
  return join(base?.startsWith("/") ? base : join(homedir(), ".config"), "plinth", "config.json");
}

/** Parses an admin address. "127.0.0.1:8081" stands for "http://127.0.0.1:8081". */
function parseAdmin(text: string): string {
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === "") {
    throw plinthError("PLINTH_USAGE", [`the admin address ${JSON.stringify(text)} is not a URL like ${DEFAULT_ADMIN}`]);
  }
  return url.href.replace(/\/+$/, "");
}

async function readTokenFile(path: string): Promise<string> {
  try {
    const token = (await readFile(path, "utf8")).trim();
    if (token !== "") return token;
  } catch (error) {
    throw plinthError("PLINTH_USAGE", [`cannot read the token file ${path}: ${(error as Error).message}`]);
  }
  throw plinthError("PLINTH_USAGE", [`the token file ${path} is empty`]);
}

async function readConfigFile(path: string): Promise<ConfigFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw plinthError("PLINTH_USAGE", [`cannot read ${path}: ${(error as Error).message}`]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw plinthError("PLINTH_USAGE", [`${path} is not JSON: ${(error as Error).message}`]);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw plinthError("PLINTH_USAGE", [`${path} does not hold a JSON object`]);
  }
  for (const [key, entry] of Object.entries(value)) {
    if (key !== "admin" && key !== "token" && key !== "tokenFile") {
      throw plinthError("PLINTH_USAGE", [`${path} has the unknown key ${key}; it may have admin, token and tokenFile`]);
    }
    if (typeof entry !== "string") throw plinthError("PLINTH_USAGE", [`in ${path} the key ${key} is not a string`]);
  }
  return value as ConfigFile;
}

/** `.dev.vars`: secrets for `plinth dev`, in a file that is not checked in. wrangler has the same file. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { plinthError } from "../../errors.ts";
import type { ApiClient } from "../api-client.ts";
import { ApiError } from "../api-error.ts";
import { deleteSecret, putSecret } from "../api-secrets.ts";

export const DEV_VARS_FILE = ".dev.vars";

/**
 * @param environment may have a file of its own, `.dev.vars.ENVIRONMENT`, which then counts alone
 * @returns values by name; none if there is no such file. Names with nothing after = have no value
 */
export async function readDevVars(folder: string, environment?: string): Promise<Readonly<Record<string, string>>> {
  const common = join(folder, DEV_VARS_FILE);
  const own = `${common}.${environment}`;
  const file = environment !== undefined && existsSync(own) ? own : common;
  try {
    const values = Object.entries(parseEnv(await readFile(file, "utf8")));
    return Object.fromEntries(values.filter((entry): entry is [string, string] => (entry[1] ?? "") !== ""));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    throw plinthError("PLINTH_USAGE", [`${file} cannot be read (${message})`], { cause: error });
  }
}

/** The secrets of a tenant that come from the file. Others, which `plinth secret put` has set, stay. */
export class DevVars {
  readonly #client: ApiClient;
  readonly #tenant: string;
  readonly #namesFile: string;
  /** The secrets that the host has from the file. A value that is not known yet is undefined. */
  #known = new Map<string, string | undefined>();

  private constructor(client: ApiClient, tenant: string, namesFile: string) {
    this.#client = client;
    this.#tenant = tenant;
    this.#namesFile = namesFile;
  }

  /** @param dataDir keeps the names, so that a name that has left the file is deleted at the next start, too */
  static async open(client: ApiClient, tenant: string, dataDir: string): Promise<DevVars> {
    const vars = new DevVars(client, tenant, join(dataDir, "dev-vars.json"));
    const text = await readFile(vars.#namesFile, "utf8").catch(() => "[]");
    for (const name of JSON.parse(text) as string[]) vars.#known.set(name, undefined);
    return vars;
  }

  /** @throws ApiError for a name or a value that the host does not take */
  async set(values: Readonly<Record<string, string>>): Promise<void> {
    const names = [...new Set([...this.#known.keys(), ...Object.keys(values)])];
    // The names are kept first, because a secret that is set without its name being kept would stay for good.
    if (names.some((name) => !this.#known.has(name))) await this.#keep(names);
    for (const [name, value] of Object.entries(values)) {
      if (this.#known.get(name) === value) continue;
      await putSecret(this.#client.api, this.#tenant, name, value);
      this.#known.set(name, value);
    }
    const gone = [...this.#known.keys()].filter((name) => !Object.hasOwn(values, name));
    for (const name of gone) {
      await deleteSecret(this.#client.api, this.#tenant, name).catch(unlessGone);
      this.#known.delete(name);
    }
    if (gone.length > 0) await this.#keep([...this.#known.keys()]);
  }

  #keep(names: readonly string[]): Promise<void> {
    return writeFile(this.#namesFile, JSON.stringify(names));
  }
}

/** Passes over a missing secret, because `plinth secret delete` may have been quicker. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError && error.code === "PLINTH_SECRET_NOT_FOUND")) throw error;
}

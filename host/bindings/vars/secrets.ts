/**
 * The tenants' secrets. The registry keeps them sealed. They are opened for a tenant's requests, which get them beside the
 * vars. A deploy gets no secrets, so none is in its products.
 */
import { resolve } from "node:path";
import type { Logger } from "pino";
import { type PlinthError, plinthError } from "../../errors.ts";
import type { TenantName } from "../../store/names.ts";
import type { SealedSecret, Store } from "../../store/store.ts";
import { isEnvironmentName } from "../schema-parts.ts";
import { KeyFile, newSecretKey, type SecretKey } from "./key-file.ts";
import { seal, unseal } from "./seal.ts";

export interface SecretLimits {
  /** Bytes of a value in UTF-8. */
  readonly secretLimitBytes: number;
  /** The most secrets of a tenant. */
  readonly secretCountLimit: number;
}

/** The part of a secret that may be shown. */
export interface SecretInfo {
  readonly name: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly updatedAt: string;
}

type SecretStore = Pick<Store, "getTenant" | "putSecret" | "listSecrets" | "deleteSecret" | "resealSecrets">;

export interface SecretsOptions {
  readonly store: SecretStore;
  readonly dataDir: string;
  /** A relative path starts from the data folder. */
  readonly secretKeyFile: string;
  readonly limits: SecretLimits;
  readonly logger: Pick<Logger, "error">;
}

export class Secrets {
  readonly #store: SecretStore;
  readonly #file: KeyFile;
  readonly #limits: SecretLimits;
  readonly #logger: Pick<Logger, "error">;
  /** The first one encrypts. */
  #keys: readonly SecretKey[];
  #lastRotation: Promise<unknown> = Promise.resolve();

  private constructor({ store, limits, logger }: SecretsOptions, file: KeyFile, keys: readonly SecretKey[]) {
    this.#store = store;
    this.#file = file;
    this.#limits = limits;
    this.#logger = logger;
    this.#keys = keys;
  }

  /**
   * Makes a new key if there is neither a file nor a secret yet.
   *
   * @throws PLINTH_SECRET_KEY if the file is missing although there are secrets, or is not right
   */
  static async open(options: SecretsOptions): Promise<Secrets> {
    const file = new KeyFile(resolve(options.dataDir, options.secretKeyFile));
    const present = await file.read();
    if (present !== null) return new Secrets(options, file, present);
    // A missing file is more often a mistake of the operator's than a loss, and a new key would hide the mistake.
    const count = options.store.listSecrets().length;
    if (count > 0) throw plinthError("PLINTH_SECRET_KEY", [file.path, `it is missing, and there are ${count} secrets`]);
    const keys = [newSecretKey()];
    await file.write(keys);
    return new Secrets(options, file, keys);
  }

  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_SECRET_NAME, PLINTH_SECRET_EMPTY, PLINTH_SECRET_LIMIT */
  async put(tenant: TenantName, name: string, value: string): Promise<SecretInfo> {
    const { secretLimitBytes, secretCountLimit } = this.#limits;
    if (!isEnvironmentName(name)) throw wrongName(name);
    if (value === "") throw plinthError("PLINTH_SECRET_EMPTY", [name]);
    if (Buffer.byteLength(value) > secretLimitBytes) {
      throw plinthError("PLINTH_SECRET_LIMIT", ["a secret's value", `${secretLimitBytes} bytes`]);
    }
    const others = this.list(tenant).filter((secret) => secret.name !== name);
    if (others.length >= secretCountLimit) {
      throw plinthError("PLINTH_SECRET_LIMIT", ["a tenant's secrets", secretCountLimit]);
    }
    const key = this.#keys[0]!;
    const owner = { tenant, name };
    return infoOf(await this.#store.putSecret({ ...owner, keyId: key.id, sealed: seal(key, owner, value) }));
  }

  /** Lists a tenant's secrets by name, without values. @throws PLINTH_TENANT_NOT_FOUND */
  list(tenant: TenantName): readonly SecretInfo[] {
    this.#store.getTenant(tenant);
    return this.#store.listSecrets(tenant).map(infoOf);
  }

  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_SECRET_NOT_FOUND */
  async delete(tenant: TenantName, name: string): Promise<void> {
    this.#store.getTenant(tenant);
    if (await this.#store.deleteSecret(tenant, name)) return;
    throw plinthError("PLINTH_SECRET_NOT_FOUND", [tenant, JSON.stringify(name.slice(0, 80))]);
  }

  /** The values for the tenant's requests. @throws PLINTH_SECRET_UNREADABLE; the log names the secret */
  valuesOf(tenant: TenantName): Record<string, string> {
    return Object.fromEntries(this.#store.listSecrets(tenant).map((secret) => [secret.name, this.#open(secret)]));
  }

  /**
   * Makes a new key, encrypts all secrets with it and takes the old keys out of the file. A crash in between leaves old and
   * new keys in the file.
   *
   * @returns how many secrets were encrypted anew, and how many could not be, because their key is missing
   * @throws PLINTH_SECRET_KEY if the file cannot be written
   */
  rotate(): Promise<{ key: string; resealed: number; unreadable: number }> {
    const turn = this.#lastRotation.then(() => this.#rotate());
    this.#lastRotation = turn.catch(() => {});
    return turn;
  }

  async #rotate(): Promise<{ key: string; resealed: number; unreadable: number }> {
    const key = newSecretKey();
    const both = [key, ...this.#keys];
    await this.#file.write(both);
    this.#keys = both;
    const secrets = this.#store.listSecrets();
    const resealed: SealedSecret[] = [];
    for (const secret of secrets) {
      try {
        resealed.push({ ...secret, keyId: key.id, sealed: seal(key, secret, this.#open(secret)) });
      } catch {
        // The log names the secret. Its key was lost before, and nothing gets worse.
      }
    }
    await this.#store.resealSecrets(resealed);
    await this.#file.write([key]);
    this.#keys = [key];
    return { key: key.id, resealed: resealed.length, unreadable: secrets.length - resealed.length };
  }

  #open(secret: SealedSecret): string {
    const { tenant, name, keyId, sealed } = secret;
    try {
      const key = this.#keys.find(({ id }) => id === keyId);
      if (key === undefined) throw new Error(`the key file ${this.#file.path} has no key ${keyId}`);
      return unseal(key, secret, sealed);
    } catch (error) {
      this.#logger.error({ tenant, secret: name, key: keyId, err: error }, "a secret cannot be read");
      throw plinthError("PLINTH_SECRET_UNREADABLE", [tenant], { cause: error });
    }
  }
}

function wrongName(name: string): PlinthError {
  return plinthError("PLINTH_SECRET_NAME", [JSON.stringify(name.slice(0, 80))]);
}

function infoOf({ name, updatedAt }: SealedSecret): SecretInfo {
  return { name, updatedAt };
}

import { plinthError } from "../../errors.ts";
import { databaseError, isUnusable, sqliteCode } from "../../sqlite/database-error.ts";
import type { Store, TenantName } from "../../store/store.ts";
import { claimFile, kvFile } from "./database.ts";
import type { KvGrant, KvGrants } from "./grant.ts";
import { guardedReads, type KvReads, refusedReads } from "./guarded-reads.ts";
import { ownerOf, qualify } from "./names.ts";
import type { KvOperation, NewValue } from "./operations.ts";
import { KvReader } from "./reader.ts";
import { KvWriter } from "./writer.ts";

export interface KvOptions {
  /** The data folder, which the store has locked. */
  readonly folder: string;
  readonly store: Store;
  /** Bytes that the namespaces of a tenant may take together. */
  storageLimitOf(tenant: TenantName): number;
  /** Told of failures in the background. */
  onFault(error: unknown): void;
}

/** A namespace as a manifest names it. */
export interface KvBindingSource {
  /** The program's name for it. */
  readonly binding: string;
  /** `NAME` for one of the tenant's own, `OWNER/NAME` for any. */
  readonly namespace: string;
}

/** The file, open. */
interface OpenFile {
  readonly reader: KvReader;
  readonly writer: KvWriter;
}

/**
 * KV in the main thread: namespaces, who may use them, and the way to the writer. Namespaces go by their full names.
 *
 * If the file is damaged, KV is out of service. Every use of KV throws PLINTH_KV_UNAVAILABLE, and programs that do not use
 * KV are served.
 */
export class KvService implements AsyncDisposable {
  /** The file's path, for the readers of other threads. */
  readonly file: string;
  readonly reader: KvReads;
  readonly #open: OpenFile | null;
  readonly #store: Store;
  readonly #onFault: (error: unknown) => void;
  readonly #storageLimitOf: (tenant: TenantName) => number;
  readonly #listeners = new Set<(tenant: string) => void>();
  readonly #unsubscribe: () => void;

  private constructor({ folder, store, storageLimitOf, onFault }: KvOptions, open: OpenFile | null) {
    this.file = kvFile(folder);
    this.#open = open;
    const failure = (error: unknown) => unavailable(this.file, error, onFault);
    this.reader = open === null ? refusedReads() : guardedReads(open.reader, failure);
    this.#store = store;
    this.#onFault = onFault;
    this.#storageLimitOf = storageLimitOf;
    this.#unsubscribe = store.onChange(({ tenant, kind }) => {
      // The next start makes up for a failure here, or for the end of the process.
      if (kind === "tenant-deleted") this.#deleteTenant(tenant).catch(onFault);
    });
  }

  /** Tells `onFault` of a file that cannot be used. @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATA_FOLDER */
  static async open(options: KvOptions): Promise<KvService> {
    return new KvService(options, await openFile(options));
  }

  /** Removes the namespaces of tenants that are gone: a crash may have come between the registry's change and KV's. */
  async sweep(): Promise<void> {
    if (!this.isInService) return;
    const tenants = this.#store.routes().map(({ tenant }) => tenant);
    await this.#write("", { kind: "retain-tenants", tenants }).catch(this.#onFault);
  }

  get isInService(): boolean {
    return this.#open !== null;
  }

  /**
   * Makes missing namespaces of the tenant's own, for a deploy.
   * @throws PlinthError PLINTH_KV_NAMESPACE_NAME, PLINTH_KV_NOT_GRANTED, PLINTH_KV_UNAVAILABLE
   */
  async provision(tenant: TenantName, sources: readonly KvBindingSource[]): Promise<void> {
    if (sources.length === 0) return;
    const granted = this.#grantedTo(tenant);
    const names = sources.map(({ namespace }) => qualify(tenant, namespace));
    const refused = names.find((name) => ownerOf(name) !== tenant && !granted.has(name));
    if (refused !== undefined) throw plinthError("PLINTH_KV_NOT_GRANTED", [refused, tenant]);
    const missing = names.filter((name) => ownerOf(name) === tenant && !this.reader.hasNamespace(name));
    if (missing.length > 0) await this.#write(tenant, { kind: "create-namespaces", names: missing });
  }

  /**
   * The grants of a version, by its names for the namespaces. Another tenant's namespace that is not granted (any more) is
   * left out, and the rest of the program goes on. `onChange` tells when to ask again.
   *
   * @throws PlinthError PLINTH_KV_NAMESPACE_NAME
   */
  resolve(tenant: TenantName, sources: readonly KvBindingSource[]): KvGrants {
    // If KV is out of service, the error of a call says more than a missing grant would.
    const all = { get: (namespace: string): KvGrant => ({ namespace, write: true }) };
    const granted = sources.length === 0 || this.#open === null ? all : this.#grantedTo(tenant);
    const grants: Record<string, KvGrant> = {};
    for (const { binding, namespace: text } of sources) {
      const namespace = qualify(tenant, text);
      const grant = ownerOf(namespace) === tenant ? { namespace, write: true } : granted.get(namespace);
      if (grant !== undefined) grants[binding] = grant;
    }
    return grants;
  }

  /**
   * @param listener called with each tenant for which `resolve` may give something else than before
   * @returns a function that ends the subscription
   */
  onChange(listener: (tenant: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes the namespace; does nothing if it exists. */
  async createNamespace(namespace: string): Promise<void> {
    await this.#write(ownerOf(namespace), { kind: "create-namespaces", names: [namespace] });
  }

  /** Deletes a namespace. Its keys leave the disk in the background. @throws PlinthError PLINTH_KV_NAMESPACE_NOT_FOUND */
  async deleteNamespace(namespace: string): Promise<void> {
    const { grants } = this.reader.namespace(namespace);
    await this.#write(ownerOf(namespace), { kind: "delete-namespace", name: namespace });
    for (const { tenant } of grants) this.#announce(tenant);
  }

  /** Gives a grant, or changes it. @throws PlinthError PLINTH_KV_NAMESPACE_NOT_FOUND */
  async grant(namespace: string, tenant: TenantName, { write }: { write: boolean }): Promise<void> {
    await this.#write(ownerOf(namespace), { kind: "grant", namespace, tenant, write });
    this.#announce(tenant);
  }

  /** Takes a grant back; does nothing if there is none. @throws PlinthError PLINTH_KV_NAMESPACE_NOT_FOUND */
  async revoke(namespace: string, tenant: string): Promise<void> {
    await this.#write(ownerOf(namespace), { kind: "revoke", namespace, tenant });
    this.#announce(tenant);
  }

  /**
   * Puts values, all or none of them, durable when the promise is fulfilled.
   *
   * @param tenant the tenant that writes
   * @param ifRevision the revision that each of the keys must have; 0 for no value, null for any
   * @param storageLimit bytes, where the writer's own limit is below the one of the namespace's owner
   * @returns the last value's revision
   * @throws PlinthError PLINTH_KV_CONFLICT, PLINTH_KV_NAMESPACE_NOT_FOUND, PLINTH_KV_STORAGE_LIMIT, PLINTH_KV_BUSY
   */
  put(
    tenant: string,
    namespace: string,
    values: readonly NewValue[],
    ifRevision: number | null,
    storageLimit: number = Number.POSITIVE_INFINITY,
  ): Promise<number> {
    const lower = Math.min(storageLimit, this.#storageLimitOf(ownerOf(namespace)));
    return this.#write(tenant, { kind: "put", namespace, values, ifRevision, storageLimit: lower });
  }

  /**
   * Deletes all of the keys or none of them. Keys without a value are passed over. Otherwise it is like `put`.
   * @throws PlinthError PLINTH_KV_CONFLICT, PLINTH_KV_NAMESPACE_NOT_FOUND, PLINTH_KV_BUSY
   */
  async delete(tenant: string, namespace: string, keys: readonly string[], ifRevision: number | null): Promise<void> {
    await this.#write(tenant, { kind: "delete", namespace, keys, ifRevision });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    this.#open?.reader[Symbol.dispose]();
    // The writer's connection closes last. It puts the log into the file, so that the file is whole by itself.
    await this.#open?.writer[Symbol.asyncDispose]();
  }

  async #write(tenant: string, operation: KvOperation): Promise<number> {
    if (this.#open === null) throw plinthError("PLINTH_KV_UNAVAILABLE");
    return this.#open.writer.write(tenant, operation);
  }

  #grantedTo(tenant: string): Map<string, KvGrant> {
    return new Map(this.reader.grantedTo(tenant).map((grant) => [grant.namespace, grant]));
  }

  async #deleteTenant(tenant: string): Promise<void> {
    const operation: KvOperation = { kind: "delete-tenant", tenant };
    const grantees = this.reader.namespacesOf(tenant).flatMap(({ grants }) => grants);
    await this.#write(tenant, operation);
    // Otherwise they would reach the namespaces of a later tenant with this name.
    for (const grantee of grantees) this.#announce(grantee.tenant);
  }

  #announce(tenant: string): void {
    for (const listener of [...this.#listeners]) listener(tenant);
  }
}

/** @returns null if the file is damaged @throws PlinthError PLINTH_DATA_VERSION, PLINTH_DATA_FOLDER */
async function openFile(options: KvOptions): Promise<OpenFile | null> {
  const file = kvFile(options.folder);
  const onChanges = (changes: number) => options.store.folder.noteChangesSoon(file, changes);
  await using undo = new AsyncDisposableStack();
  try {
    await claimFile(file, options.store.folder);
    const writer = undo.use(await KvWriter.open(file, { ...options, onChanges }));
    const reader = new KvReader(file);
    undo.move();
    return { reader, writer };
  } catch (error) {
    const fault = databaseError(file, error);
    if (!isUnusable(fault)) throw fault;
    options.onFault(fault);
    return null;
  }
}

/** Makes the error of a failed read for its caller. Only the host's log gets the path of the file. */
function unavailable(file: string, error: unknown, onFault: (error: unknown) => void): unknown {
  if (sqliteCode(error) === null) return error;
  onFault(databaseError(file, error));
  return plinthError("PLINTH_KV_UNAVAILABLE", [], { cause: error });
}

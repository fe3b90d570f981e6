import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { databaseError } from "../sqlite/database-error.ts";
import { AuditTable } from "./audit.ts";
import { BlobFiles } from "./blobs.ts";
import { DataFolder } from "./data-folder.ts";
import { RegistryDatabase } from "./database.ts";
import { syncFolder } from "./files.ts";
import { lockFolder } from "./lock.ts";
import type { Sha256, TenantName } from "./names.ts";
import { SecretTable } from "./secrets.ts";
import type {
  AuditEntry,
  AuditedChange,
  Change,
  ChangeKind,
  NewAuditEntry,
  NewToken,
  NewVersion,
  Page,
  Rollout,
  Route,
  SealedSecret,
  Store,
  Tenant,
  TenantSettings,
  Token,
  Version,
} from "./store.ts";
import { TenantTable } from "./tenants.ts";
import { TokenTable } from "./tokens.ts";
import { blobsOf, VersionTable } from "./versions.ts";

const pageSize = { default: 100, largest: 1000 };

/**
 * Opens the store of a data folder, made if it is not there: the registry in SQLite (`registry.sqlite`), blobs in files
 * (`blobs/`). Leftovers of a crash are removed before the promise is fulfilled, that is before anybody can write.
 *
 * @throws PLINTH_DATA_LOCKED where another process uses the folder, PLINTH_DATA_VERSION where a newer Plinth has
 *   written it, PLINTH_DATABASE where SQLite cannot use a file, PLINTH_DATA_FOLDER where what is there does not belong
 *   together
 */
export async function openEmbeddedStore(folder: string): Promise<Store> {
  // The registry holds the tenants' settings and the folder holds the admin token, so no other user may read them.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const open = new DisposableStack();
  const file = RegistryDatabase.file(folder);
  try {
    open.use(lockFolder(folder));
    const parts = open.use(await DataFolder.open(folder));
    await parts.expectRegistry(file);
    const noteChanges = (changes: number) => parts.noteChanges(file, changes);
    const database = open.adopt(new RegistryDatabase(folder, noteChanges), (it) => it.close());
    if (database.isBlank) parts.expectFirstStart(file);
    await parts.claim(file, database.identity);
    const referenced = new VersionTable(database, new TenantTable(database)).referencedBlobs();
    parts.expectBlobs(referenced.size);
    const blobs = await BlobFiles.open(join(folder, "blobs"));
    // What a damaged registry does not tell any more is not removed for that.
    await blobs.sweep(referenced, () => database.check());
    await syncFolder(folder);
    return new EmbeddedStore(parts, database, blobs, open);
  } catch (error) {
    open.dispose();
    throw databaseError(file, error);
  }
}

class EmbeddedStore implements Store {
  readonly folder: DataFolder;
  readonly #database: RegistryDatabase;
  readonly #blobs: BlobFiles;
  readonly #open: DisposableStack;
  readonly #tenants: TenantTable;
  readonly #versions: VersionTable;
  readonly #secrets: SecretTable;
  readonly #tokens: TokenTable;
  readonly #audit: AuditTable;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(folder: DataFolder, database: RegistryDatabase, blobs: BlobFiles, open: DisposableStack) {
    this.folder = folder;
    this.#database = database;
    this.#blobs = blobs;
    this.#open = open;
    this.#tenants = new TenantTable(database);
    this.#versions = new VersionTable(database, this.#tenants);
    this.#secrets = new SecretTable(database);
    this.#tokens = new TokenTable(database);
    this.#audit = new AuditTable(database);
  }

  async createTenant(
    name: TenantName,
    options: TenantSettings & { readonly hostnames?: readonly string[] } = {},
  ): Promise<Tenant> {
    const { hostnames = [], ...settings } = options;
    return this.#write(name, ["tenant-created"], () => this.#tenants.create(name, hostnames, settings));
  }

  getTenant(name: TenantName): Tenant {
    return this.#tenants.get(name);
  }

  findTenant(name: TenantName): Tenant | undefined {
    return this.#tenants.find(name);
  }

  listTenants(options: { readonly limit?: number; readonly after?: string } = {}): Page<Tenant> {
    const limit = Math.min(Math.max(options.limit ?? pageSize.default, 1), pageSize.largest);
    return this.#tenants.list(limit, options.after ?? "");
  }

  async setHostnames(name: TenantName, hostnames: readonly string[]): Promise<Tenant> {
    return this.#write(name, ["tenant-changed"], () => this.#tenants.setHostnames(name, hostnames));
  }

  async setSettings(name: TenantName, settings: TenantSettings): Promise<Tenant> {
    return this.#write(name, ["tenant-changed"], () => this.#tenants.setSettings(name, settings));
  }

  async deleteTenant(name: TenantName): Promise<void> {
    this.#write(name, ["tenant-deleted"], () => this.#tenants.delete(name));
  }

  async addVersion(tenant: TenantName, version: NewVersion, options: { readonly activate: boolean }): Promise<Version> {
    await this.#blobs.expect(blobsOf(version));
    const kinds: ChangeKind[] = options.activate ? ["version-added", "version-activated"] : ["version-added"];
    return this.#write(tenant, kinds, (change) => {
      const added = this.#versions.add(tenant, version);
      if (change) change.target = String(added.id);
      if (options.activate) this.#versions.activate(tenant, added.id);
      return added;
    });
  }

  getVersion(tenant: TenantName, id: number): Version {
    return this.#versions.get(tenant, id);
  }

  listVersions(tenant: TenantName): readonly Version[] {
    return this.#versions.list(tenant);
  }

  async activate(tenant: TenantName, id: number): Promise<Tenant> {
    if (this.#audit.transaction(tenant, () => this.#versions.activate(tenant, id)))
      this.#announce(tenant, ["version-activated"]);
    return this.#tenants.get(tenant);
  }

  async rollback(tenant: TenantName): Promise<Tenant> {
    return this.#write(tenant, ["version-activated"], () => this.#versions.rollback(tenant));
  }

  async setRollout(tenant: TenantName, rollout: Rollout | null): Promise<Tenant> {
    return this.#write(tenant, ["rollout-changed"], (change) => {
      if (change && rollout) change.target = String(rollout.version);
      return this.#versions.setRollout(tenant, rollout);
    });
  }

  async deleteVersion(tenant: TenantName, id: number): Promise<void> {
    this.#write(tenant, ["version-deleted"], () => this.#versions.delete(tenant, id));
  }

  routes(): readonly Route[] {
    return this.#tenants.routes();
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async putSecret(secret: Omit<SealedSecret, "updatedAt">): Promise<SealedSecret> {
    return this.#write(secret.tenant, ["secrets-changed"], () => {
      this.#tenants.get(secret.tenant);
      return this.#secrets.put(secret);
    });
  }

  listSecrets(tenant?: TenantName): readonly SealedSecret[] {
    return this.#secrets.list(tenant);
  }

  async deleteSecret(tenant: TenantName, name: string): Promise<boolean> {
    // A call that changes nothing is not announced, and the audit log does not call it done.
    if (!this.listSecrets(tenant).some((secret) => secret.name === name)) return false;
    return this.#write(tenant, ["secrets-changed"], () => this.#secrets.delete(tenant, name));
  }

  async resealSecrets(secrets: readonly SealedSecret[]): Promise<void> {
    this.#database.transaction(() => this.#secrets.reseal(secrets));
  }

  async addToken(token: NewToken): Promise<Token> {
    const tenant = token.tenant ?? null;
    return this.#audit.transaction(tenant, (change) => {
      if (tenant !== null) this.#tenants.get(tenant);
      if (change) change.target = token.id;
      return this.#tokens.add(token);
    });
  }

  findTokenByHash(hash: Sha256): Token | undefined {
    return this.#tokens.findByHash(hash);
  }

  listTokens(): readonly Token[] {
    return this.#tokens.list();
  }

  noteTokenUse(token: Token): void {
    this.#tokens.noteUse(token);
  }

  async deleteToken(id: string): Promise<void> {
    this.#audit.transaction(null, () => this.#tokens.delete(id));
  }

  audited<Result>(change: AuditedChange, work: () => Result): Result {
    return this.#audit.during(change, work);
  }

  addAuditEntry(entry: NewAuditEntry): void {
    this.#audit.add(entry);
  }

  listAudit(options: { tenant?: string; before?: number; limit?: number } = {}): readonly AuditEntry[] {
    const limit = Math.min(Math.max(options.limit ?? pageSize.default, 1), pageSize.largest);
    return this.#audit.list({ ...options, limit });
  }

  pruneAudit(before: string): void {
    this.#audit.prune(before);
  }

  putBlob(bytes: Uint8Array): Promise<Sha256> {
    return this.#blobs.put(bytes);
  }

  getBlob(hash: Sha256): Promise<Uint8Array> {
    return this.#blobs.get(hash);
  }

  blobPath(hash: Sha256): string {
    return this.#blobs.path(hash);
  }

  async close(): Promise<void> {
    this.#open.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #write<Result>(
    tenant: TenantName,
    kinds: readonly ChangeKind[],
    work: (change: AuditedChange | undefined) => Result,
  ): Result {
    const result = this.#audit.transaction(tenant, work);
    this.#announce(tenant, kinds);
    return result;
  }

  #announce(tenant: TenantName, kinds: readonly ChangeKind[]): void {
    for (const kind of kinds)
      for (const listener of [...this.#listeners]) {
        try {
          listener({ tenant, kind });
        } catch (error) {
          // The write is durable and must not be reported as failed, so the process's handler gets the fault.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
  }
}

import { AuditTable } from "./audit.ts";
import { type BlobFiles, type Swept, sha256 } from "./blobs.ts";
import { Changes } from "./changes.ts";
import type { DataFolder } from "./data-folder.ts";
import type { RegistryDatabase } from "./database.ts";
import { FreedBlobs } from "./freed-blobs.ts";
import type { Sha256, TenantName } from "./names.ts";
import { limitOf, versionLimitOf } from "./page-limit.ts";
import type { AuditEntry, AuditedChange, Change, ChangeKind, NewAuditEntry, NewToken, Page } from "./records.ts";
import type { Reserve } from "./reserve.ts";
import { SecretTable } from "./secrets.ts";
import type { NewVersion, Rollout, Route, SealedSecret, Store, Tenant, TenantSettings, Token } from "./store.ts";
import type { StoreParts } from "./store-parts.ts";
import { TenantTable } from "./tenants.ts";
import { TokenTable } from "./tokens.ts";
import { blobsOf, type Version, VersionTable, type VersionUsage } from "./versions.ts";

/** The argument of a change after which the registry has more. */
const GROWS = true;

/** The store of one process: a registry in SQLite and blobs in files, which `openEmbeddedStore` opens. */
export class EmbeddedStore implements Store {
  readonly folder: DataFolder;
  readonly #database: RegistryDatabase;
  readonly #blobs: BlobFiles;
  readonly #freed: FreedBlobs;
  readonly #reserve: Reserve;
  readonly #open: DisposableStack;
  readonly #tenants: TenantTable;
  readonly #versions: VersionTable;
  readonly #secrets: SecretTable;
  readonly #tokens: TokenTable;
  readonly #audit: AuditTable;
  readonly #changes = new Changes();

  constructor(
    { folder, database, blobs, reserve }: StoreParts,
    open: DisposableStack,
    times: { readonly graceMs: number; readonly keepMs: number },
  ) {
    this.folder = folder;
    this.#database = database;
    this.#blobs = blobs;
    this.#reserve = reserve;
    this.#open = open;
    this.#tenants = new TenantTable(database);
    this.#versions = new VersionTable(database, this.#tenants);
    this.#freed = new FreedBlobs({
      ...times,
      isReferenced: (name) => this.#versions.isReferenced(name),
      remove: (name) => blobs.remove(name),
    });
    this.#secrets = new SecretTable(database);
    this.#tokens = new TokenTable(database);
    this.#audit = new AuditTable(database);
  }

  async createTenant(
    name: TenantName,
    options: TenantSettings & { readonly hostnames?: readonly string[] } = {},
  ): Promise<Tenant> {
    const { hostnames = [], ...settings } = options;
    return this.#write(name, ["tenant-created"], () => this.#tenants.create(name, hostnames, settings), GROWS);
  }

  getTenant(name: TenantName): Tenant {
    return this.#tenants.get(name);
  }

  findTenant(name: TenantName): Tenant | undefined {
    return this.#tenants.find(name);
  }

  listTenants(options: { readonly limit?: number; readonly after?: string } = {}): Page<Tenant> {
    return this.#tenants.list(limitOf(options), options.after ?? "");
  }

  async setHostnames(name: TenantName, hostnames: readonly string[]): Promise<Tenant> {
    return this.#write(name, ["tenant-changed"], () => this.#tenants.setHostnames(name, hostnames));
  }

  async setSettings(name: TenantName, settings: TenantSettings): Promise<Tenant> {
    return this.#write(name, ["tenant-changed"], () => this.#tenants.setSettings(name, settings));
  }

  async deleteTenant(name: TenantName): Promise<void> {
    const blobs = this.#versions.blobsOf(name);
    this.#write(name, ["tenant-deleted"], () => this.#tenants.delete(name));
    this.#freed.free(blobs);
  }

  async addVersion(
    tenant: TenantName,
    version: NewVersion,
    { activate, most }: { readonly activate: boolean; readonly most?: VersionUsage },
  ): Promise<Version> {
    const blobs = blobsOf(version);
    const kinds: ChangeKind[] = activate ? ["version-added", "version-activated"] : ["version-added"];
    try {
      await this.#freed.keep(blobs);
      await this.#blobs.expect(blobs);
      return this.#write(
        tenant,
        kinds,
        (change) => {
          const added = this.#versions.add(tenant, version, most);
          if (change) change.target = String(added.id);
          if (activate) this.#versions.activate(tenant, added.id);
          return added;
        },
        GROWS,
      );
    } catch (error) {
      this.#freed.free(blobs);
      throw error;
    }
  }

  versionUsage(tenant: TenantName): VersionUsage {
    return this.#versions.usage(tenant);
  }

  assetsOf(tenant: TenantName): ReadonlyMap<Sha256, number> {
    return this.#versions.assetsOf(tenant);
  }

  getVersion(tenant: TenantName, id: number): Version {
    return this.#versions.get(tenant, id);
  }

  listVersions(tenant: TenantName, options: { readonly limit?: number; readonly after?: string } = {}): Page<Version> {
    const before = options.after === undefined ? Number.MAX_SAFE_INTEGER : Number(options.after);
    return this.#versions.list(tenant, versionLimitOf(options), before);
  }

  async activate(tenant: TenantName, id: number): Promise<Tenant> {
    if (this.#audit.transaction(tenant, () => this.#versions.activate(tenant, id), false))
      this.#changes.announce(tenant, ["version-activated"]);
    return this.#tenants.get(tenant);
  }

  async rollback(tenant: TenantName, refuse?: (version: Version) => void): Promise<Tenant> {
    return this.#write(tenant, ["version-activated"], () => this.#versions.rollback(tenant, refuse));
  }

  async setRollout(tenant: TenantName, rollout: Rollout | null): Promise<Tenant> {
    return this.#write(tenant, ["rollout-changed"], (change) => {
      if (change && rollout) change.target = String(rollout.version);
      return this.#versions.setRollout(tenant, rollout);
    });
  }

  async deleteVersion(tenant: TenantName, id: number): Promise<void> {
    const blobs = this.#versions.blobsOf(tenant, id);
    this.#write(tenant, ["version-deleted"], () => this.#versions.delete(tenant, id));
    this.#freed.free(blobs);
  }

  routes(): readonly Route[] {
    return this.#tenants.routes();
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#changes.listen(listener);
  }

  async putSecret(secret: Omit<SealedSecret, "updatedAt">): Promise<SealedSecret> {
    return this.#write(
      secret.tenant,
      ["secrets-changed"],
      () => {
        this.#tenants.get(secret.tenant);
        return this.#secrets.put(secret);
      },
      GROWS,
    );
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
    this.#database.transaction(() => this.#secrets.reseal(secrets), GROWS);
  }

  async addToken(token: NewToken): Promise<Token> {
    const tenant = token.tenant ?? null;
    return this.#audit.transaction(
      tenant,
      (change) => {
        if (tenant !== null) this.#tenants.get(tenant);
        if (change) change.target = token.id;
        return this.#tokens.add(token);
      },
      GROWS,
    );
  }

  findTokenByHash(hash: Sha256): Token | undefined {
    return this.#tokens.findByHash(hash);
  }

  listTokens(options: { readonly limit?: number; readonly after?: string } = {}): Page<Token> {
    return this.#tokens.list(limitOf(options), options.after ?? "");
  }

  findTokensByLabel(label: string): readonly Token[] {
    return this.#tokens.findByLabel(label);
  }

  countTokens(tenant: TenantName | null): number {
    return this.#tokens.count(tenant);
  }

  noteTokenUse(token: Token): void {
    this.#tokens.noteUse(token);
  }

  async deleteToken(id: string): Promise<void> {
    this.#audit.transaction(null, () => this.#tokens.delete(id), false);
  }

  audited<Result>(change: AuditedChange, work: () => Result): Result {
    return this.#audit.during(change, work);
  }

  addAuditEntry(entry: NewAuditEntry): void {
    this.#audit.add(entry);
  }

  listAudit(options: { tenant?: string; before?: number; limit?: number } = {}): readonly AuditEntry[] {
    return this.#audit.list({ ...options, limit: limitOf(options) });
  }

  pruneAudit(before: string): void {
    this.#audit.prune(before);
  }

  async sweep(): Promise<Swept> {
    this.#reserve.fill();
    // A damaged registry may have lost names of blobs. The check fails then, so no sweep removes those blobs.
    this.#database.check();
    // If the folder's parts are not recorded as belonging together, a missing blob may mean an older registry.
    return this.#blobs.sweep(this.#versions.referencedBlobs(), this.folder.isKnown);
  }

  async putBlob(bytes: Uint8Array, stagedMs?: number): Promise<Sha256> {
    const name = sha256(bytes);
    await this.#freed.keep([name], stagedMs);
    await this.#blobs.put(bytes, name);
    if (stagedMs !== undefined) this.#freed.free([name]);
    return name;
  }

  getBlob(hash: Sha256): Promise<Uint8Array> {
    return this.#blobs.get(hash);
  }

  blobPath(hash: Sha256): string {
    return this.#blobs.path(hash);
  }

  async close(): Promise<void> {
    await this.#freed[Symbol.asyncDispose]();
    this.#open.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #write<Result>(
    tenant: TenantName,
    kinds: readonly ChangeKind[],
    work: (change: AuditedChange | undefined) => Result,
    grows = false,
  ): Result {
    const result = this.#audit.transaction(tenant, work, grows);
    this.#changes.announce(tenant, kinds);
    return result;
  }
}

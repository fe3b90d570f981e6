import { plinthError } from "../errors.ts";
import type { RegistryDatabase } from "./database.ts";
import type { Sha256 } from "./names.ts";
import type {
  ComponentKind,
  NewVersion,
  Page,
  Rollout,
  StoredAsset,
  Tenant,
  TenantName,
  Version,
  VersionUsage,
} from "./store.ts";
import type { TenantTable } from "./tenants.ts";

export type { Version, VersionUsage } from "./store.ts";

interface VersionRow {
  tenant: TenantName;
  id: number;
  created_at: string;
  kind: ComponentKind;
  runtime: string | null;
  runtime_integrity: string | null;
  component: Sha256;
  upload_bytes: number;
  artifacts: string;
  meta: string;
  config: string;
}

/** Number of activations that are remembered of a tenant, and so the most rollbacks in a row. */
const ACTIVATIONS = 100;

/** Versions, and which of them is and was active. Methods that write are called inside a transaction. */
export class VersionTable {
  readonly #database: RegistryDatabase;
  readonly #tenants: TenantTable;

  constructor(database: RegistryDatabase, tenants: TenantTable) {
    this.#database = database;
    this.#tenants = tenants;
  }

  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND */
  get(tenant: TenantName, id: number): Version {
    const row = this.#database.sql.get`
      SELECT * FROM versions WHERE tenant = ${tenant} AND id = ${id}` as VersionRow | undefined;
    if (row !== undefined) return versionOf(row);
    this.#tenants.get(tenant);
    throw plinthError("PLINTH_VERSION_NOT_FOUND", [tenant, id], { details: { tenant, version: id } });
  }

  /** Lists versions with smaller ids than `before`, newest first. @throws PLINTH_TENANT_NOT_FOUND */
  list(tenant: TenantName, limit: number, before: number): Page<Version> {
    this.#tenants.get(tenant);
    // One row more than asked for tells whether there is a next page.
    const rows = this.#database.sql.all`
      SELECT * FROM versions WHERE tenant = ${tenant} AND id < ${before}
      ORDER BY id DESC LIMIT ${limit + 1}` as unknown as VersionRow[];
    const items = rows.slice(0, limit).map(versionOf);
    return { items, next: rows.length > limit ? String(items.at(-1)!.id) : null };
  }

  usage(tenant: TenantName): VersionUsage {
    return this.#database.sql.get`
      SELECT count(*) AS count, coalesce(sum(stored_bytes), 0) + (
        SELECT coalesce(sum(bytes), 0) FROM assets WHERE tenant = ${tenant}
      ) AS bytes
      FROM versions WHERE tenant = ${tenant}` as unknown as VersionUsage;
  }

  /** Bytes of each static file that a version of the tenant has. */
  assetsOf(tenant: TenantName): Map<Sha256, number> {
    const rows = this.#database.sql.all`SELECT blob, bytes FROM assets WHERE tenant = ${tenant}`;
    return new Map(rows.map(({ blob, bytes }) => [blob as Sha256, bytes as number]));
  }

  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_LIMIT, PLINTH_VERSION_STORAGE_LIMIT */
  add(tenant: TenantName, version: NewVersion, most?: VersionUsage): Version {
    this.#tenants.get(tenant);
    const { storedBytes = version.uploadBytes, assets = [] } = version;
    const added = storedBytes + (most === undefined ? 0 : this.#bytesOfNew(tenant, assets));
    if (most !== undefined) refuseVersionsAbove(tenant, this.usage(tenant), most, added);
    const { last_id: id } = this.#database.sql.get`
      INSERT INTO version_counters (tenant, last_id) VALUES (${tenant}, 1)
      ON CONFLICT (tenant) DO UPDATE SET last_id = last_id + 1
      RETURNING last_id` as { last_id: number };
    this.#database.sql.run`
      INSERT INTO versions (
        tenant, id, created_at, kind, runtime, runtime_integrity, component, upload_bytes, artifacts, meta,
        config, stored_bytes
      ) VALUES (
        ${tenant}, ${id}, ${new Date().toISOString()}, ${version.kind}, ${version.runtime},
        ${version.runtimeIntegrity}, ${version.component}, ${version.uploadBytes},
        ${JSON.stringify(version.artifacts)}, ${JSON.stringify(version.meta)},
        ${JSON.stringify(version.config ?? {})}, ${storedBytes}
      )`;
    // A version can have thousands of files, and a statement for each would hold up the thread.
    this.#database.sql.run`
      INSERT INTO version_blobs (blob, tenant, version)
      SELECT DISTINCT value, ${tenant}, ${id} FROM json_each(${JSON.stringify(blobsOf(version))})`;
    this.#database.sql.run`
      INSERT OR IGNORE INTO assets (tenant, blob, bytes)
      SELECT ${tenant}, value ->> 'hash', value ->> 'bytes' FROM json_each(${JSON.stringify(assets)})`;
    return this.get(tenant, id);
  }

  #bytesOfNew(tenant: TenantName, assets: readonly StoredAsset[]): number {
    const known = this.assetsOf(tenant);
    const fresh = new Map(assets.filter(({ hash }) => !known.has(hash)).map(({ hash, bytes }) => [hash, bytes]));
    return fresh.values().reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * @returns whether anything has changed
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND
   */
  activate(tenant: TenantName, id: number): boolean {
    this.get(tenant, id);
    if (this.#tenants.get(tenant).activeVersion === id) return false;
    this.#database.sql.run`INSERT INTO activations (tenant, version) VALUES (${tenant}, ${id})`;
    this.#database.sql.run`
      DELETE FROM activations WHERE tenant = ${tenant} AND sequence <= (
        SELECT sequence FROM activations WHERE tenant = ${tenant} ORDER BY sequence DESC LIMIT 1 OFFSET ${ACTIVATIONS}
      )`;
    this.#tenants.setActive(tenant, id);
    return true;
  }

  /**
   * @param refuse may throw for the version that is to serve
   * @throws PLINTH_TENANT_NOT_FOUND, PLINTH_NO_PREVIOUS_VERSION
   */
  rollback(tenant: TenantName, refuse: (version: Version) => void = () => {}): Tenant {
    const { activeVersion } = this.#tenants.get(tenant);
    // The entry below the top may be the active version, if the versions between the two were deleted.
    const previous = this.#database.sql.get`
      SELECT sequence, version FROM activations WHERE tenant = ${tenant} AND version <> ${activeVersion}
      ORDER BY sequence DESC LIMIT 1` as { sequence: number; version: number } | undefined;
    if (previous === undefined) throw plinthError("PLINTH_NO_PREVIOUS_VERSION", [tenant], { details: { tenant } });
    refuse(this.get(tenant, previous.version));
    this.#database.sql.run`DELETE FROM activations WHERE tenant = ${tenant} AND sequence > ${previous.sequence}`;
    this.#tenants.setActive(tenant, previous.version);
    return this.#tenants.get(tenant);
  }

  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND, PLINTH_ROLLOUT */
  setRollout(tenant: TenantName, rollout: Rollout | null): Tenant {
    const { activeVersion } = this.#tenants.get(tenant);
    if (rollout !== null) {
      this.get(tenant, rollout.version);
      if (activeVersion === null) throw plinthError("PLINTH_ROLLOUT", ["the tenant has no active version"]);
      if (activeVersion === rollout.version)
        throw plinthError("PLINTH_ROLLOUT", [`version ${rollout.version} is the active one`]);
    }
    this.#tenants.setRollout(tenant, rollout);
    return this.#tenants.get(tenant);
  }

  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_VERSION_NOT_FOUND, PLINTH_VERSION_ACTIVE, PLINTH_VERSION_IN_ROLLOUT */
  delete(tenant: TenantName, id: number): void {
    this.get(tenant, id);
    const { activeVersion, rollout } = this.#tenants.get(tenant);
    const details = { tenant, version: id };
    if (activeVersion === id) throw plinthError("PLINTH_VERSION_ACTIVE", [id, tenant], { details });
    if (rollout?.version === id) throw plinthError("PLINTH_VERSION_IN_ROLLOUT", [id, tenant], { details });
    this.#database.sql.run`DELETE FROM versions WHERE tenant = ${tenant} AND id = ${id}`;
    this.#database.sql.run`
      DELETE FROM assets WHERE tenant = ${tenant} AND NOT EXISTS (
        SELECT 1 FROM version_blobs WHERE version_blobs.blob = assets.blob AND version_blobs.tenant = ${tenant}
      )`;
  }

  /** Every blob that some version refers to. */
  referencedBlobs(): Set<string> {
    const rows = this.#database.sql.all`SELECT DISTINCT blob FROM version_blobs` as unknown as { blob: string }[];
    return new Set(rows.map((row) => row.blob));
  }

  isReferenced(blob: Sha256): boolean {
    return this.#database.sql.get`SELECT 1 FROM version_blobs WHERE blob = ${blob} LIMIT 1` !== undefined;
  }

  /** @param id a version; all versions of the tenant if not given */
  blobsOf(tenant: TenantName, id?: number): Sha256[] {
    const { sql } = this.#database;
    const rows =
      id === undefined
        ? sql.all`SELECT DISTINCT blob FROM version_blobs WHERE tenant = ${tenant}`
        : sql.all`SELECT blob FROM version_blobs WHERE tenant = ${tenant} AND version = ${id}`;
    return rows.map((row) => row.blob as Sha256);
  }
}

/**
 * @param bytes of the version that is to be added; 0 if they are not known yet
 * @throws PLINTH_VERSION_LIMIT, PLINTH_VERSION_STORAGE_LIMIT
 */
export function refuseVersionsAbove(tenant: TenantName, used: VersionUsage, most: VersionUsage, bytes: number): void {
  if (used.count >= most.count)
    throw plinthError("PLINTH_VERSION_LIMIT", [tenant, used.count], { details: { tenant, limit: most.count } });
  if (used.bytes + bytes > most.bytes) {
    const details = { tenant, limit: most.bytes, used: used.bytes };
    throw plinthError("PLINTH_VERSION_STORAGE_LIMIT", [tenant, most.bytes], { details });
  }
}

export function blobsOf(version: NewVersion): Sha256[] {
  const assets = (version.assets ?? []).map(({ hash }) => hash);
  return [version.component, ...Object.values(version.artifacts), ...assets];
}

function versionOf(row: VersionRow): Version {
  return {
    tenant: row.tenant,
    id: row.id,
    createdAt: row.created_at,
    kind: row.kind,
    runtime: row.runtime,
    runtimeIntegrity: row.runtime_integrity,
    component: row.component,
    uploadBytes: row.upload_bytes,
    artifacts: JSON.parse(row.artifacts),
    meta: JSON.parse(row.meta),
    config: JSON.parse(row.config),
  };
}

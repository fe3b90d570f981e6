import type { DatabaseSync, SQLTagStore } from "node:sqlite";
import { MIB } from "../../config/limits.ts";
import { plinthError } from "../../errors.ts";
import { ENTRY_BYTES, GRANTS_PER_TENANT, NAMESPACES_PER_TENANT } from "./limits.ts";
import { ownerOf, quote } from "./names.ts";
import type { KvOperation, NewValue } from "./operations.ts";

/** Entries removed in one transaction of the background. */
const SWEPT_AT_ONCE = 500;
/** Bytes of entries after which such a transaction ends: SQLite follows a large value from page to page to free it. */
const SWEPT_BYTES = 32 * MIB;

interface Namespace {
  readonly id: number;
  readonly bytes: number;
}

interface Entry {
  readonly revision: number;
  /** The bytes that the entry counts for; see `bytesOf`. */
  readonly bytes: number;
  readonly expiration: number | null;
}

/** The operations on the tables. The caller has begun a transaction. */
export class KvTables {
  readonly #sql: SQLTagStore;

  constructor(database: DatabaseSync) {
    this.#sql = database.createTagStore();
  }

  /** @returns see `Outcome` @throws PlinthError; the caller then undoes what has been written */
  apply(operation: KvOperation): number {
    switch (operation.kind) {
      case "put":
        return this.#put(operation);
      case "delete":
        return this.#delete(operation);
      case "create-namespaces":
        for (const name of operation.names) this.#createNamespace(name);
        return 0;
      case "delete-namespace":
        this.#removeNamespace(this.#namespace(operation.name).id);
        return 0;
      case "grant":
        this.#grant(operation);
        return 0;
      case "revoke": {
        const { id } = this.#namespace(operation.namespace);
        this.#sql.run`DELETE FROM grants WHERE namespace = ${id} AND tenant = ${operation.tenant}`;
        return 0;
      }
      case "delete-tenant":
        this.#removeTenants((tenant) => tenant === operation.tenant);
        return 0;
      case "retain-tenants": {
        const retained = new Set(operation.tenants);
        this.#removeTenants((tenant) => !retained.has(tenant));
        return 0;
      }
    }
  }

  /** Call it once in a transaction. @returns how often the file has changed */
  countChange(): number {
    const { changes } = this.#sql.get`UPDATE identity SET changes = changes + 1 RETURNING changes`!;
    return Number(changes);
  }

  /**
   * Removes some of the entries that nobody can see any more: expired ones, and ones of deleted namespaces.
   * @returns whether there may be more
   */
  sweep(): boolean {
    const expired = this.#sql.all`
      SELECT namespace, key FROM entries WHERE expiration <= ${Date.now() / 1000} LIMIT ${SWEPT_AT_ONCE}`;
    if (expired.length > 0) {
      const all = this.#removeSome(expired.map(({ namespace, key }) => [Number(namespace), String(key)]));
      return !all || expired.length === SWEPT_AT_ONCE;
    }
    // A number that has changed on the disk must not be a living namespace's.
    const removed = this.#sql.get`
      SELECT id FROM removed_namespaces WHERE id NOT IN (SELECT id FROM namespaces) LIMIT 1`;
    if (removed === undefined) return false;
    const id = Number(removed.id);
    const entries = this.#sql.all`SELECT key FROM entries WHERE namespace = ${id} LIMIT ${SWEPT_AT_ONCE}`;
    this.#removeSome(entries.map(({ key }) => [id, String(key)]));
    if (entries.length === 0) this.#sql.run`DELETE FROM removed_namespaces WHERE id = ${id}`;
    return true;
  }

  /** Removes keys up to the one that brings them over `SWEPT_BYTES`. @returns whether all were removed */
  #removeSome(keys: readonly [namespace: number, key: string][]): boolean {
    let bytes = 0;
    for (const [namespace, key] of keys) {
      if (bytes > SWEPT_BYTES) return false;
      bytes += this.#removeKey(namespace, key);
    }
    return true;
  }

  #put({ namespace, values, ifRevision, storageLimit }: KvOperation & { kind: "put" }): number {
    const { id } = this.#namespace(namespace);
    let revision = 0;
    let keys = 0;
    let bytes = 0;
    for (const value of values) {
      const earlier = this.#entry(id, value.key);
      checkRevision(value.key, earlier, ifRevision);
      if (earlier !== undefined) this.#sql.run`DELETE FROM contents WHERE revision = ${earlier.revision}`;
      revision = this.#write(id, value);
      keys += earlier === undefined ? 1 : 0;
      bytes += bytesOf(value) - (earlier?.bytes ?? 0);
    }
    this.#count(id, keys, bytes);
    if (bytes > 0) this.#checkStorage(ownerOf(namespace), storageLimit);
    return revision;
  }

  #delete({ namespace, keys, ifRevision }: KvOperation & { kind: "delete" }): number {
    const { id } = this.#namespace(namespace);
    for (const key of keys) {
      checkRevision(key, this.#entry(id, key), ifRevision);
      this.#removeKey(id, key);
    }
    return 0;
  }

  #write(namespace: number, { key, value, metadata, expiration }: NewValue): number {
    const { lastInsertRowid } = this.#sql.run`INSERT INTO contents (value) VALUES (${value})`;
    this.#sql.run`
      INSERT OR REPLACE INTO entries (namespace, key, revision, size, expiration, metadata)
      VALUES (${namespace}, ${key}, ${lastInsertRowid}, ${value.length}, ${expiration}, ${metadata})`;
    return Number(lastInsertRowid);
  }

  /** @returns the bytes that the entry counted for */
  #removeKey(namespace: number, key: string): number {
    const entry = this.#entry(namespace, key);
    if (entry === undefined) return 0;
    this.#sql.run`DELETE FROM contents WHERE revision = ${entry.revision}`;
    this.#sql.run`DELETE FROM entries WHERE namespace = ${namespace} AND key = ${key}`;
    this.#count(namespace, -1, -entry.bytes);
    return entry.bytes;
  }

  /** Finds an entry, expired or not. */
  #entry(namespace: number, key: string): Entry | undefined {
    return this.#sql.get`
      SELECT revision, expiration, octet_length(key) + size + ${ENTRY_BYTES} + coalesce(octet_length(metadata), 0) AS bytes
      FROM entries WHERE namespace = ${namespace} AND key = ${key}` as Entry | undefined;
  }

  #count(namespace: number, keys: number, bytes: number): void {
    this.#sql.run`UPDATE namespaces SET keys = keys + ${keys}, bytes = bytes + ${bytes} WHERE id = ${namespace}`;
  }

  #checkStorage(owner: string, limit: number): void {
    if (this.#usage(owner).bytes > limit) throw plinthError("PLINTH_KV_STORAGE_LIMIT", [owner, limit / MIB]);
  }

  #usage(owner: string): { count: number; bytes: number } {
    // "0" comes after "/": all names that start with "OWNER/".
    return this.#sql.get`
      SELECT count(*) AS count, sum(bytes) AS bytes FROM namespaces
      WHERE name > ${`${owner}/`} AND name < ${`${owner}0`}` as { count: number; bytes: number };
  }

  #namespace(name: string): Namespace {
    const found = this.#sql.get`SELECT id, bytes FROM namespaces WHERE name = ${name}` as Namespace | undefined;
    if (found === undefined) throw plinthError("PLINTH_KV_NAMESPACE_NOT_FOUND", [name]);
    return found;
  }

  #createNamespace(name: string): void {
    const now = new Date().toISOString();
    this.#sql.run`INSERT INTO namespaces (name, created_at) VALUES (${name}, ${now}) ON CONFLICT DO NOTHING`;
    const owner = ownerOf(name);
    if (this.#usage(owner).count <= NAMESPACES_PER_TENANT) return;
    throw plinthError("PLINTH_KV_NAMESPACE_LIMIT", [owner, NAMESPACES_PER_TENANT]);
  }

  #grant({ namespace, tenant, write }: KvOperation & { kind: "grant" }): void {
    const { id } = this.#namespace(namespace);
    this.#sql.run`INSERT OR REPLACE INTO grants VALUES (${id}, ${tenant}, ${write ? 1 : 0})`;
    const owner = ownerOf(namespace);
    const { count } = this.#sql.get`
      SELECT count(*) AS count FROM grants JOIN namespaces ON id = namespace
      WHERE name > ${`${owner}/`} AND name < ${`${owner}0`}` as { count: number };
    if (count > GRANTS_PER_TENANT) throw plinthError("PLINTH_KV_GRANT_LIMIT", [owner, GRANTS_PER_TENANT]);
  }

  #removeNamespace(id: number): void {
    this.#sql.run`INSERT INTO removed_namespaces VALUES (${id})`;
    this.#sql.run`DELETE FROM namespaces WHERE id = ${id}`;
  }

  #removeTenants(gone: (tenant: string) => boolean): void {
    for (const { id, name } of this.#sql.all`SELECT id, name FROM namespaces`) {
      if (gone(ownerOf(String(name)))) this.#removeNamespace(Number(id));
    }
    for (const { tenant } of this.#sql.all`SELECT DISTINCT tenant FROM grants`) {
      if (gone(String(tenant))) this.#sql.run`DELETE FROM grants WHERE tenant = ${tenant!}`;
    }
  }
}

function bytesOf({ key, value, metadata }: NewValue): number {
  return Buffer.byteLength(key) + value.length + ENTRY_BYTES + (metadata === null ? 0 : Buffer.byteLength(metadata));
}

function checkRevision(key: string, entry: Entry | undefined, expected: number | null): void {
  if (expected === null) return;
  const expired = entry?.expiration != null && entry.expiration * 1000 <= Date.now();
  const found = entry === undefined || expired ? 0 : entry.revision;
  if (found === expected) return;
  throw plinthError("PLINTH_KV_CONFLICT", [quote(key), found, expected], { details: { revision: found } });
}

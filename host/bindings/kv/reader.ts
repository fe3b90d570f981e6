import type { DatabaseSync, StatementSync } from "node:sqlite";
import { plinthError } from "../../errors.ts";
import type { JsonValue } from "../../store/store.ts";
import { openForReading } from "./database.ts";
import type { KvGrant } from "./grant.ts";
import { KEY_BYTES, LIST_KEYS, READ_BYTES } from "./limits.ts";

interface KvEntry {
  readonly revision: number;
  /** Seconds since the epoch; null for never. */
  readonly expiration: number | null;
  /** null for none. */
  readonly metadata: JsonValue;
}

export interface KvValue extends KvEntry {
  readonly value: Uint8Array;
}

interface KvKey extends KvEntry {
  readonly key: string;
  /** Bytes of the value. */
  readonly size: number;
}

export interface KvPage {
  readonly keys: readonly KvKey[];
  /** The listing goes on from here; null at the end. */
  readonly cursor: string | null;
}

export interface KvListOptions {
  readonly prefix?: string | undefined;
  /** 1 to `LIST_KEYS`, which is the default. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface KvNamespace {
  /** `OWNER/NAME` */
  readonly name: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  /** Number of keys. Expired ones count until they are removed in the background. */
  readonly keys: number;
  /** Bytes of keys, values and metadata, and `ENTRY_BYTES` for each key. */
  readonly bytes: number;
  readonly grants: readonly { readonly tenant: string; readonly write: boolean }[];
}

/** The columns as the statements below name them. */
interface Row {
  readonly key: string;
  readonly value: Uint8Array;
  readonly size: number;
  readonly revision: number;
  readonly expiration: number | null;
  /** JSON */
  readonly metadata: string | null;
}

// Parameters go by their numbers, because looking up names costs a fifth of a read.
const NAMESPACE = "(SELECT id FROM namespaces WHERE name = ?1)";
const VISIBLE = "(expiration IS NULL OR expiration > ?2)";

/** The last of all keys in the order of UTF-8's bytes. */
const LAST = "\u{10ffff}".repeat(KEY_BYTES / 4);

/**
 * Reads KV synchronously on a connection of its own. Each thread has a reader, and all readers see every acknowledged
 * write. Namespaces go by their full names.
 */
export class KvReader implements Disposable {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #sizes: StatementSync;
  readonly #list: StatementSync;
  readonly #exists: StatementSync;
  readonly #namespaces: StatementSync;
  readonly #granted: StatementSync;

  /** @param file `kvFile` of the data folder; the writer has been opened before */
  constructor(file: string) {
    this.#database = openForReading(file);
    const entries = `FROM entries WHERE namespace = ${NAMESPACE}`;
    this.#get = this.#database.prepare(`
      SELECT value, metadata, revision, expiration FROM entries JOIN contents USING (revision)
      WHERE namespace = ${NAMESPACE} AND key = ?3 AND ${VISIBLE}`);
    // A key that is asked for twice counts twice, because its value is given twice.
    this.#sizes = this.#database.prepare(`
      SELECT total(size) AS bytes FROM json_each(?3) AS wanted CROSS JOIN entries
      WHERE namespace = ${NAMESPACE} AND entries.key = wanted.value AND ${VISIBLE}`);
    this.#list = this.#database.prepare(`
      SELECT key, metadata, revision, expiration, size ${entries} AND key BETWEEN ?3 AND ?4 AND ${VISIBLE}
      ORDER BY key LIMIT ?5`);
    this.#exists = this.#database.prepare("SELECT 1 FROM namespaces WHERE name = ?");
    this.#namespaces = this.#database.prepare(`
      SELECT name, created_at AS createdAt, keys, bytes, (
        SELECT json_group_array(json_object('tenant', tenant, 'write', json(iif(write, 'true', 'false'))) ORDER BY tenant)
        FROM grants WHERE namespace = id
      ) AS grants
      FROM namespaces WHERE name BETWEEN ? AND ? ORDER BY name`);
    this.#granted = this.#database.prepare(`
      SELECT name AS namespace, write FROM grants JOIN namespaces ON id = namespace WHERE tenant = ? ORDER BY name`);
  }

  /** @returns null if there is no value @throws PlinthError PLINTH_KV_NAMESPACE_NOT_FOUND */
  get(namespace: string, key: string): KvValue | null {
    const row = this.#get.get(namespace, now(), key) as unknown as Row | undefined;
    if (row !== undefined) return { ...entryOf(row), value: row.value };
    this.#expectNamespace(namespace);
    return null;
  }

  /**
   * Reads several values as they were at one moment, in the order of the keys.
   * @throws PlinthError PLINTH_KV_NAMESPACE_NOT_FOUND, PLINTH_KV_READ_TOO_LARGE
   */
  getMany(namespace: string, keys: readonly string[]): (KvValue | null)[] {
    this.#database.exec("BEGIN");
    try {
      const { bytes } = this.#sizes.get(namespace, now(), JSON.stringify(keys)) as { bytes: number };
      if (bytes > READ_BYTES) throw plinthError("PLINTH_KV_READ_TOO_LARGE", [bytes, READ_BYTES]);
      return keys.map((key) => this.get(namespace, key));
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  /** Lists keys in the order of their UTF-8 bytes. @throws PlinthError PLINTH_KV_NAMESPACE_NOT_FOUND, PLINTH_KV_ARGUMENT */
  list(namespace: string, { prefix = "", limit = LIST_KEYS, cursor }: KvListOptions = {}): KvPage {
    // The next text in the order is the text and a zero.
    const first = cursor === undefined ? prefix : `${keyOfCursor(cursor, prefix)}\0`;
    const found = this.#list.all(namespace, now(), first, prefix + LAST, limit + 1) as unknown as Row[];
    if (found.length === 0) this.#expectNamespace(namespace);
    const keys = found.slice(0, limit).map((row) => ({ key: row.key, size: row.size, ...entryOf(row) }));
    return { keys, cursor: found.length > limit ? cursorOfKey(keys.at(-1)!.key) : null };
  }

  hasNamespace(name: string): boolean {
    return this.#exists.get(name) !== undefined;
  }

  /** The namespaces of a tenant, by name. */
  namespacesOf(owner: string): KvNamespace[] {
    return this.#read(`${owner}/`, `${owner}/${LAST}`);
  }

  /** The namespaces of other tenants that a tenant may use. */
  grantedTo(tenant: string): KvGrant[] {
    const rows = this.#granted.all(tenant) as unknown as { namespace: string; write: number }[];
    return rows.map(({ namespace, write }) => ({ namespace, write: write === 1 }));
  }

  /** @throws PlinthError PLINTH_KV_NAMESPACE_NOT_FOUND */
  namespace(name: string): KvNamespace {
    const [found] = this.#read(name, name);
    if (found === undefined) throw plinthError("PLINTH_KV_NAMESPACE_NOT_FOUND", [name]);
    return found;
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  #read(first: string, last: string): KvNamespace[] {
    const rows = this.#namespaces.all(first, last) as unknown as (KvNamespace & { grants: string })[];
    return rows.map((row) => ({ ...row, grants: JSON.parse(row.grants) as KvNamespace["grants"] }));
  }

  #expectNamespace(name: string): void {
    if (!this.hasNamespace(name)) throw plinthError("PLINTH_KV_NAMESPACE_NOT_FOUND", [name]);
  }
}

function now(): number {
  return Date.now() / 1000;
}

function entryOf({ revision, expiration, metadata }: Row): KvEntry {
  return { revision, expiration, metadata: metadata === null ? null : (JSON.parse(metadata) as JsonValue) };
}

/** Keys may have characters that would have to be escaped in URLs. */
function cursorOfKey(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function keyOfCursor(cursor: string, prefix: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (cursorOfKey(key) === cursor && key.startsWith(prefix)) return key;
  throw plinthError("PLINTH_KV_ARGUMENT", ["the cursor is not one of a listing with this prefix"]);
}

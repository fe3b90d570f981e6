import { plinthError } from "../errors.ts";
import { isFull } from "../sqlite/database-error.ts";
import type { RegistryDatabase } from "./database.ts";
import type { Sha256, TenantName } from "./names.ts";
import type { NewToken, Page, Token } from "./store.ts";

interface TokenRow {
  id: string;
  hash: Sha256;
  label: string;
  scope: Token["scope"];
  tenant: TenantName | null;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

/** Precision of `lastUsedAt`, ms. A note of every use would write to the disk for every request. */
const USE_NOTED_MS = 60_000;

/** The hashes of the tokens that the admin API accepts. */
export class TokenTable {
  readonly #database: RegistryDatabase;

  constructor(database: RegistryDatabase) {
    this.#database = database;
  }

  add({ id, hash, label, scope, tenant = null, expiresAt = null }: NewToken): Token {
    const row = this.#database.sql.get`
      INSERT INTO tokens (id, hash, label, scope, tenant, created_at, expires_at)
      VALUES (${id}, ${hash}, ${label}, ${scope}, ${tenant}, ${new Date().toISOString()}, ${expiresAt})
      RETURNING *`;
    return tokenOf(row as unknown as TokenRow);
  }

  /** Finds the token unless it has expired. */
  findByHash(hash: Sha256): Token | undefined {
    const row = this.#database.sql.get`
      SELECT * FROM tokens
      WHERE hash = ${hash} AND (expires_at IS NULL OR expires_at > ${new Date().toISOString()})`;
    return row && tokenOf(row as unknown as TokenRow);
  }

  /** @param after a page's `next`: creation time and id of its last token, so that this token may be deleted meanwhile */
  list(limit: number, after: string): Page<Token> {
    const [createdAt = "", id = ""] = after.split("_");
    // One row more than asked for tells whether there is a next page.
    const rows = this.#database.sql.all`
      SELECT * FROM tokens WHERE (created_at, id) > (${createdAt}, ${id})
      ORDER BY created_at, id LIMIT ${limit + 1}` as unknown as TokenRow[];
    const items = rows.slice(0, limit).map(tokenOf);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last ? `${last.createdAt}_${last.id}` : null };
  }

  findByLabel(label: string): Token[] {
    const rows = this.#database.sql.all`SELECT * FROM tokens WHERE label = ${label}` as unknown as TokenRow[];
    return rows.map(tokenOf);
  }

  count(tenant: TenantName | null): number {
    const row = this.#database.sql.get`SELECT count(*) AS count FROM tokens WHERE tenant IS ${tenant}`;
    return Number(row?.count);
  }

  noteUse({ id, lastUsedAt }: Token): void {
    const now = Date.now();
    if (lastUsedAt !== null && now - Date.parse(lastUsedAt) < USE_NOTED_MS) return;
    try {
      this.#database.sql.run`UPDATE tokens SET last_used_at = ${new Date(now).toISOString()} WHERE id = ${id}`;
    } catch (error) {
      // If the disk is full, the token must still open the routes that free room.
      if (!isFull(error)) throw error;
    }
  }

  /** @throws PLINTH_TOKEN_NOT_FOUND */
  delete(id: string): void {
    const { changes } = this.#database.sql.run`DELETE FROM tokens WHERE id = ${id}`;
    if (changes === 0) throw plinthError("PLINTH_TOKEN_NOT_FOUND", [id], { details: { token: id } });
  }
}

function tokenOf(row: TokenRow): Token {
  return {
    id: row.id,
    hash: row.hash,
    label: row.label,
    scope: row.scope,
    tenant: row.tenant,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}

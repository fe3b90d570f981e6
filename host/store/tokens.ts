import type { RegistryDatabase } from "./database.ts";
import type { Sha256 } from "./names.ts";
import type { Token } from "./store.ts";

interface TokenRow {
  id: string;
  hash: Sha256;
  label: string;
  scope: Token["scope"];
  created_at: string;
}

/** The hashes of the tokens that the admin API accepts. */
export class TokenTable {
  readonly #database: RegistryDatabase;

  constructor(database: RegistryDatabase) {
    this.#database = database;
  }

  add(token: Omit<Token, "createdAt">): Token {
    const createdAt = new Date().toISOString();
    this.#database.sql.run`
      INSERT INTO tokens (id, hash, label, scope, created_at)
      VALUES (${token.id}, ${token.hash}, ${token.label}, ${token.scope}, ${createdAt})`;
    return { ...token, createdAt };
  }

  findByHash(hash: Sha256): Token | undefined {
    const row = this.#database.sql.get`SELECT * FROM tokens WHERE hash = ${hash}` as TokenRow | undefined;
    return row && tokenOf(row);
  }

  list(): Token[] {
    const rows = this.#database.sql.all`SELECT * FROM tokens ORDER BY created_at, id` as unknown as TokenRow[];
    return rows.map(tokenOf);
  }

  delete(id: string): void {
    this.#database.sql.run`DELETE FROM tokens WHERE id = ${id}`;
  }
}

function tokenOf(row: TokenRow): Token {
  return { id: row.id, hash: row.hash, label: row.label, scope: row.scope, createdAt: row.created_at };
}

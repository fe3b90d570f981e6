import type { RegistryDatabase } from "./database.ts";
import type { SealedSecret, TenantName } from "./store.ts";

interface SecretRow {
  tenant: TenantName;
  name: string;
  key_id: string;
  sealed: Uint8Array;
  updated_at: string;
}

/** The tenants' secrets, sealed. Methods that write are called inside a transaction. */
export class SecretTable {
  readonly #database: RegistryDatabase;

  constructor(database: RegistryDatabase) {
    this.#database = database;
  }

  list(tenant?: TenantName): SealedSecret[] {
    const { sql } = this.#database;
    const rows =
      tenant === undefined
        ? sql.all`SELECT * FROM secrets ORDER BY tenant, name`
        : sql.all`SELECT * FROM secrets WHERE tenant = ${tenant} ORDER BY name`;
    return (rows as unknown as SecretRow[]).map(secretOf);
  }

  put({ tenant, name, keyId, sealed }: Omit<SealedSecret, "updatedAt">): SealedSecret {
    const row = this.#database.sql.get`
      INSERT OR REPLACE INTO secrets (tenant, name, key_id, sealed, updated_at)
      VALUES (${tenant}, ${name}, ${keyId}, ${sealed}, ${new Date().toISOString()})
      RETURNING *` as unknown as SecretRow;
    return secretOf(row);
  }

  delete(tenant: TenantName, name: string): boolean {
    const { changes } = this.#database.sql.run`DELETE FROM secrets WHERE tenant = ${tenant} AND name = ${name}`;
    return Number(changes) > 0;
  }

  reseal(secrets: readonly SealedSecret[]): void {
    for (const { tenant, name, keyId, sealed } of secrets)
      this.#database.sql.run`
        UPDATE secrets SET key_id = ${keyId}, sealed = ${sealed} WHERE tenant = ${tenant} AND name = ${name}`;
  }
}

function secretOf(row: SecretRow): SealedSecret {
  return {
    tenant: row.tenant,
    name: row.name,
    keyId: row.key_id,
    sealed: row.sealed,
    updatedAt: row.updated_at,
  };
}

import { plinthError } from "../errors.ts";
import type { RegistryDatabase } from "./database.ts";
import { parseHostname } from "./names.ts";
import type { Isolation, Page, Rollout, Route, Tenant, TenantName, TenantSettings } from "./store.ts";

interface TenantRow {
  name: TenantName;
  created_at: string;
  active_version: number | null;
  limits: string;
  isolation: Isolation;
  group_label: string | null;
  hostnames: string;
  rollout_version: number | null;
  percent: number | null;
}

/** Tenants and their hostnames. Methods that write are called inside a transaction. */
export class TenantTable {
  readonly #database: RegistryDatabase;

  constructor(database: RegistryDatabase) {
    this.#database = database;
  }

  find(name: string): Tenant | undefined {
    const row = this.#database.sql.get`SELECT * FROM tenant_records WHERE name = ${name}` as TenantRow | undefined;
    return row && tenantOf(row);
  }

  /** @throws PLINTH_TENANT_NOT_FOUND */
  get(name: string): Tenant {
    const tenant = this.find(name);
    if (tenant === undefined) throw plinthError("PLINTH_TENANT_NOT_FOUND", [name], { details: { tenant: name } });
    return tenant;
  }

  list(limit: number, after: string): Page<Tenant> {
    // One row more than asked for tells whether there is a next page.
    const rows = this.#database.sql.all`
      SELECT * FROM tenant_records WHERE name > ${after} ORDER BY name LIMIT ${limit + 1}` as unknown as TenantRow[];
    const items = rows.slice(0, limit).map(tenantOf);
    return { items, next: rows.length > limit ? (items.at(-1)?.name ?? null) : null };
  }

  routes(): Route[] {
    const rows = this.#database.sql.all`
      SELECT name, hostnames, active_version FROM tenant_records` as unknown as TenantRow[];
    return rows.map((row) => ({
      tenant: row.name,
      hostnames: JSON.parse(row.hostnames),
      activeVersion: row.active_version,
    }));
  }

  #byHostname(hostname: string): TenantName | undefined {
    const row = this.#database.sql.get`SELECT tenant FROM hostnames WHERE hostname = ${hostname}`;
    return row?.tenant as TenantName | undefined;
  }

  /** @throws PLINTH_TENANT_EXISTS, PLINTH_HOSTNAME, PLINTH_HOSTNAME_TAKEN */
  create(name: TenantName, hostnames: readonly string[], settings: TenantSettings): Tenant {
    if (this.find(name)) throw plinthError("PLINTH_TENANT_EXISTS", [name], { details: { tenant: name } });
    this.#database.sql.run`
      INSERT INTO tenants (name, created_at, limits, isolation, group_label)
      VALUES (${name}, ${new Date().toISOString()}, ${JSON.stringify(settings.limits ?? {})},
              ${settings.isolation ?? "request"}, ${settings.group ?? null})`;
    this.#insertHostnames(name, hostnames);
    return this.get(name);
  }

  /** @throws PLINTH_TENANT_NOT_FOUND, PLINTH_HOSTNAME, PLINTH_HOSTNAME_TAKEN */
  setHostnames(name: TenantName, hostnames: readonly string[]): Tenant {
    this.get(name);
    this.#database.sql.run`DELETE FROM hostnames WHERE tenant = ${name}`;
    this.#insertHostnames(name, hostnames);
    return this.get(name);
  }

  /** @throws PLINTH_TENANT_NOT_FOUND */
  setSettings(name: TenantName, settings: TenantSettings): Tenant {
    const { limits, isolation, group } = { ...this.get(name), ...settings };
    this.#database.sql.run`
      UPDATE tenants SET limits = ${JSON.stringify(limits)}, isolation = ${isolation}, group_label = ${group}
      WHERE name = ${name}`;
    return this.get(name);
  }

  /** An activated version gets all of the traffic, so a rollout under way has ended. */
  setActive(name: TenantName, version: number): void {
    this.#database.sql.run`UPDATE tenants SET active_version = ${version} WHERE name = ${name}`;
    this.setRollout(name, null);
  }

  setRollout(name: TenantName, rollout: Rollout | null): void {
    this.#database.sql.run`DELETE FROM rollouts WHERE tenant = ${name}`;
    if (rollout === null) return;
    const { version, percent } = rollout;
    this.#database.sql.run`INSERT INTO rollouts (tenant, version, percent) VALUES (${name}, ${version}, ${percent})`;
  }

  /** @throws PLINTH_TENANT_NOT_FOUND */
  delete(name: TenantName): void {
    this.get(name);
    this.#database.sql.run`DELETE FROM tenants WHERE name = ${name}`;
  }

  #insertHostnames(name: TenantName, hostnames: readonly string[]): void {
    for (const [position, hostname] of [...new Set(hostnames.map(parseHostname))].entries()) {
      if (this.#byHostname(hostname) !== undefined)
        throw plinthError("PLINTH_HOSTNAME_TAKEN", [hostname], { details: { hostname } });
      this.#database.sql.run`
        INSERT INTO hostnames (hostname, tenant, position) VALUES (${hostname}, ${name}, ${position})`;
    }
  }
}

function tenantOf(row: TenantRow): Tenant {
  return {
    name: row.name,
    hostnames: JSON.parse(row.hostnames),
    createdAt: row.created_at,
    activeVersion: row.active_version,
    limits: JSON.parse(row.limits),
    isolation: row.isolation,
    group: row.group_label,
    rollout: row.rollout_version === null ? null : { version: row.rollout_version, percent: row.percent! },
  };
}

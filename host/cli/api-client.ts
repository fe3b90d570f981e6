/** The admin API's tenants, versions and runtimes as functions. docs/reference/admin-api.md describes the routes. */
import type { RuntimeCatalog } from "../http/admin-dependencies.ts";
import { parseTenantName } from "../store/names.ts";
import type { Tenant, Version } from "../store/store.ts";
import { ApiError } from "./api-error.ts";
import { ApiTransport } from "./api-transport.ts";
import type { Connection } from "./connection.ts";

export interface Health {
  readonly status: string;
  readonly version: string;
  /** Base URL of the ingress, such as "http://127.0.0.1:8080"; `null` where the admin API stands alone. */
  readonly ingress: string | null;
  /** A tenant NAME answers at NAME.domain too. */
  readonly domain: string;
}

export type RuntimeView = ReturnType<RuntimeCatalog["list"]>[number];

/** What the API shows of a version: all but what the deploy made of it. */
export type VersionView = Omit<Version, "artifacts" | "meta"> & { readonly active: boolean };

interface TenantPage {
  readonly tenants: readonly Tenant[];
  /** `null` at the end. */
  readonly next: string | null;
}

/** Each function throws as `ApiTransport.call`. */
export class ApiClient {
  readonly api: ApiTransport;

  constructor(connection: Connection) {
    this.api = new ApiTransport(connection);
  }

  get admin(): string {
    return this.api.admin;
  }

  health(): Promise<Health> {
    return this.api.call("/v1/health");
  }

  async runtimes(): Promise<readonly RuntimeView[]> {
    return (await this.api.call<{ runtimes: readonly RuntimeView[] }>("/v1/runtimes")).runtimes;
  }

  /** All of them, in the order of their names. */
  async tenants(): Promise<readonly Tenant[]> {
    const all: Tenant[] = [];
    let after: string | undefined;
    do {
      const page: TenantPage = await this.api.call("/v1/tenants", { query: { limit: 1000, after } });
      all.push(...page.tenants);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return all;
  }

  tenant(name: string): Promise<Tenant> {
    return this.api.call(tenantPath(name));
  }

  /** @returns nothing where there is no such tenant */
  async findTenant(name: string): Promise<Tenant | undefined> {
    try {
      return await this.tenant(name);
    } catch (error) {
      if (error instanceof ApiError && error.code === "PLINTH_TENANT_NOT_FOUND") return undefined;
      throw error;
    }
  }

  createTenant(name: string, hostnames: readonly string[]): Promise<Tenant> {
    return this.api.call("/v1/tenants", { method: "POST", json: { name, hostnames } });
  }

  setHostnames(name: string, hostnames: readonly string[]): Promise<Tenant> {
    return this.api.call(`${tenantPath(name)}/hostnames`, { method: "PUT", json: { hostnames } });
  }

  setSettings(name: string, settings: { readonly limits?: object; readonly isolation?: string }): Promise<Tenant> {
    return this.api.call(`${tenantPath(name)}/settings`, { method: "PUT", json: settings });
  }

  async deleteTenant(name: string): Promise<void> {
    await this.api.call(tenantPath(name), { method: "DELETE" });
  }

  /** Newest first. */
  async versions(name: string): Promise<readonly VersionView[]> {
    return (await this.api.call<{ versions: readonly VersionView[] }>(`${tenantPath(name)}/versions`)).versions;
  }

  uploadVersion(
    name: string,
    bytes: Uint8Array,
    options: { readonly activate: boolean; readonly onProgress?: (sent: number) => void },
  ): Promise<VersionView> {
    const { activate, onProgress } = options;
    const upload = { bytes, type: "application/wasm", onProgress } as const;
    return this.api.call(`${tenantPath(name)}/versions`, { method: "POST", query: { activate }, upload });
  }

  activate(name: string, version: number): Promise<VersionView> {
    return this.api.call(`${tenantPath(name)}/versions/${version}/activate`, { method: "POST" });
  }

  rollback(name: string): Promise<VersionView> {
    return this.api.call(`${tenantPath(name)}/rollback`, { method: "POST" });
  }

  async deleteVersion(name: string, version: number): Promise<void> {
    await this.api.call(`${tenantPath(name)}/versions/${version}`, { method: "DELETE" });
  }
}

/** @throws PLINTH_TENANT_NAME: a name with a slash in it must not become another path */
export function tenantPath(name: string): string {
  return `/v1/tenants/${parseTenantName(name)}`;
}

/** The admin API's tenants, versions and runtimes as functions. docs/reference/admin-api.md describes the routes. */
import { parseTenantName } from "../store/names.ts";
import { ApiError } from "./api-error.ts";
import { ApiTransport } from "./api-transport.ts";
import type { Answer, Body } from "./api-types.ts";
import type { Connection } from "./connection.ts";

export type Health = Answer<"getHealth">;
export type RuntimeView = Answer<"listRuntimes">["runtimes"][number];
export type TenantView = Answer<"getTenant">;
export type VersionView = Answer<"getVersion">;

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
    return (await this.api.call<Answer<"listRuntimes">>("/v1/runtimes")).runtimes;
  }

  /** All tenants, in the order of their names. */
  tenants(): Promise<readonly TenantView[]> {
    return this.api.pages("/v1/tenants", (page: Answer<"listTenants">) => page.tenants);
  }

  tenant(name: string): Promise<TenantView> {
    return this.api.call(tenantPath(name));
  }

  /** @returns undefined if there is no such tenant */
  async findTenant(name: string): Promise<TenantView | undefined> {
    try {
      return await this.tenant(name);
    } catch (error) {
      if (error instanceof ApiError && error.code === "PLINTH_TENANT_NOT_FOUND") return undefined;
      throw error;
    }
  }

  createTenant(name: string, hostnames: readonly string[]): Promise<TenantView> {
    return this.api.call("/v1/tenants", { method: "POST", json: { name, hostnames } });
  }

  setHostnames(name: string, hostnames: readonly string[]): Promise<TenantView> {
    return this.api.call(`${tenantPath(name)}/hostnames`, { method: "PUT", json: { hostnames } });
  }

  setSettings(name: string, settings: Body<"setSettings">): Promise<TenantView> {
    return this.api.call(`${tenantPath(name)}/settings`, { method: "PUT", json: settings });
  }

  async unparkTenant(name: string): Promise<void> {
    await this.api.call(`${tenantPath(name)}/parking`, { method: "DELETE" });
  }

  async deleteTenant(name: string): Promise<void> {
    await this.api.call(tenantPath(name), { method: "DELETE" });
  }

  /** Deletes a tenant that has nothing yet. @throws ApiError PLINTH_TENANT_USED */
  async deleteUnusedTenant(name: string): Promise<void> {
    await this.api.call(tenantPath(name), { method: "DELETE", query: { unused: true } });
  }

  /** All versions of a tenant, newest first. */
  versions(name: string): Promise<readonly VersionView[]> {
    return this.api.pages(`${tenantPath(name)}/versions`, (page: Answer<"listVersions">) => page.versions);
  }

  uploadVersion(
    name: string,
    bytes: Uint8Array,
    options: {
      readonly activate: boolean;
      /** Name of the list of static files, from `uploadAssets`. */
      readonly assets?: string | undefined;
      readonly onProgress?: (sent: number) => void;
    },
  ): Promise<Answer<"uploadVersion">> {
    const { activate, assets, onProgress } = options;
    const upload = { bytes, type: "application/wasm", onProgress } as const;
    return this.api.call(`${tenantPath(name)}/versions`, { method: "POST", query: { activate, assets }, upload });
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

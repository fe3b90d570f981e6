/**
 * Finds the tenant of a request: by hostname, or by the path /t/NAME/. The table is in memory, renewed after every
 * change.
 */
import { plinthError } from "../errors.ts";
import type { Target } from "../pool/target.ts";
import { isTenantName, type TenantName } from "../store/names.ts";
import type { Store, Tenant } from "../store/store.ts";
import type { Served } from "./rollout.ts";

export interface Routed {
  served: Served;
  /** Path and query as the tenant sees them. */
  path: string;
  /** The part before `path` in the client's request: "" or "/t/NAME". */
  mount: string;
}

export interface RoutingOptions {
  store: Pick<Store, "findTenant" | "routes" | "onChange">;
  /** Hostnames `NAME.domain` lead to the tenant NAME. */
  domain: string;
  /** Whether tenants can be called as /t/NAME/, too. */
  byPath: boolean;
  targets: {
    /** The target of the tenant's active version; null if it has none. */
    active(tenant: Tenant): Target | null;
    /** The target of the version that a rollout gives a share of the traffic. */
    candidate(tenant: Tenant): Target | null;
  };
}

const BY_PATH = /^\/t\/([^/?#]+)(\/[^#]*|\?[^#]*|)$/;

export class Routing {
  readonly #options: RoutingOptions;
  /** Targets of the tenants that were called since their last change. */
  readonly #served = new Map<TenantName, Served>();

  /** Custom hostnames. They are held here, because every request asks for them. */
  readonly #hostnames = new Map<string, TenantName>();

  constructor(options: RoutingOptions) {
    this.#options = options;
    const { store } = options;
    for (const { tenant, hostnames } of store.routes()) {
      for (const hostname of hostnames) this.#hostnames.set(hostname, tenant);
    }
    store.onChange(({ tenant, kind }) => {
      this.forget(tenant);
      if (kind.startsWith("tenant-")) this.#renewHostnames(tenant);
    });
  }

  /** Drops the tenant's targets after a change outside the store, because the tenant may use more, or less, than before. */
  forget(tenant: TenantName): void {
    this.#served.delete(tenant);
  }

  /**
   * @param host the Host header
   * @param path path and query, beginning with "/"
   * @throws PlinthError PLINTH_NO_ROUTE, PLINTH_NOT_DEPLOYED
   */
  route(host: string, path: string): Routed {
    const byHost = this.#tenantOfHost(host);
    if (byHost !== undefined) return { served: this.#serve(byHost), path, mount: "" };
    const match = this.#options.byPath ? BY_PATH.exec(path) : null;
    if (match !== null && isTenantName(match[1]!)) {
      const rest = match[2]!;
      const tenant = match[1] as TenantName;
      return { served: this.#serve(tenant), path: rest.startsWith("/") ? rest : `/${rest}`, mount: `/t/${tenant}` };
    }
    throw plinthError("PLINTH_NO_ROUTE", [`${host}${path.slice(0, 100)}`]);
  }

  /** Whether visitors of a hostname find a tenant, deployed or not. */
  isServed(hostname: string): boolean {
    const tenant = this.#tenantOfHost(hostname);
    return tenant !== undefined && this.#options.store.findTenant(tenant) !== undefined;
  }

  #tenantOfHost(host: string): TenantName | undefined {
    const hostname = host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
    const suffix = `.${this.#options.domain}`;
    if (hostname.endsWith(suffix)) {
      const label = hostname.slice(0, -suffix.length);
      // No custom hostname lies in the host's own domain, so an unknown name there needs no further search.
      if (isTenantName(label)) return label;
    }
    return this.#hostnames.get(hostname);
  }

  #renewHostnames(tenant: TenantName): void {
    for (const [hostname, owner] of this.#hostnames) if (owner === tenant) this.#hostnames.delete(hostname);
    for (const hostname of this.#options.store.findTenant(tenant)?.hostnames ?? [])
      this.#hostnames.set(hostname, tenant);
  }

  #serve(tenant: TenantName): Served {
    const known = this.#served.get(tenant);
    if (known !== undefined) return known;
    const { store, targets } = this.#options;
    const record = store.findTenant(tenant);
    if (record === undefined) throw plinthError("PLINTH_NO_ROUTE", [tenant]);
    const active = targets.active(record);
    if (active === null) throw plinthError("PLINTH_NOT_DEPLOYED", [tenant]);
    const candidate = targets.candidate(record);
    const rollout = candidate && { target: candidate, percent: record.rollout!.percent };
    const served = { active, rollout };
    this.#served.set(tenant, served);
    return served;
  }
}

/** Which tenant a request is for: by hostname, or by the path /t/NAME/. Held in memory, renewed after every change. */
import { plinthError } from "../errors.ts";
import type { Target } from "../pool/target.ts";
import { isTenantName, type TenantName } from "../store/names.ts";
import type { Store, Tenant } from "../store/store.ts";

export interface Routed {
  target: Target;
  /** Path and query as the tenant sees them. */
  path: string;
  /** What stands before that in the client's request: "" or "/t/NAME". */
  mount: string;
}

export interface RoutingOptions {
  store: Pick<Store, "findTenant" | "routes" | "onChange">;
  /** Hostnames `NAME.domain` lead to the tenant NAME. */
  domain: string;
  /** @returns what the tenant's active version is served by, or null where it has none */
  targetOf(tenant: Tenant): Target | null;
}

const BY_PATH = /^\/t\/([^/?#]+)(\/[^#]*|\?[^#]*|)$/;

export class Routing {
  readonly #options: RoutingOptions;
  /** Targets of tenants that were called since their last change. */
  readonly #targets = new Map<TenantName, Target>();

  /** Custom hostnames. Asked for every request, so they are not looked up in the store. */
  readonly #hostnames = new Map<string, TenantName>();

  constructor(options: RoutingOptions) {
    this.#options = options;
    const { store } = options;
    for (const { tenant, hostnames } of store.routes()) {
      for (const hostname of hostnames) this.#hostnames.set(hostname, tenant);
    }
    store.onChange(({ tenant, kind }) => {
      this.#targets.delete(tenant);
      if (kind.startsWith("tenant-")) this.#renewHostnames(tenant);
    });
  }

  /**
   * @param host the Host header
   * @param path path and query, beginning with "/"
   * @throws PlinthError PLINTH_NO_ROUTE, PLINTH_NOT_DEPLOYED
   */
  route(host: string, path: string): Routed {
    const byHost = this.#tenantOfHost(host);
    if (byHost !== undefined) return { target: this.#target(byHost), path, mount: "" };
    const match = BY_PATH.exec(path);
    if (match !== null && isTenantName(match[1]!)) {
      const rest = match[2]!;
      const tenant = match[1] as TenantName;
      return { target: this.#target(tenant), path: rest.startsWith("/") ? rest : `/${rest}`, mount: `/t/${tenant}` };
    }
    throw plinthError("PLINTH_NO_ROUTE", [`${host}${path.slice(0, 100)}`]);
  }

  #tenantOfHost(host: string): TenantName | undefined {
    const hostname = host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
    const suffix = `.${this.#options.domain}`;
    if (hostname.endsWith(suffix)) {
      const label = hostname.slice(0, -suffix.length);
      // A name of the host's own domain can be nobody's custom hostname, so an unknown one needs no further search.
      if (isTenantName(label)) return label;
    }
    return this.#hostnames.get(hostname);
  }

  #renewHostnames(tenant: TenantName): void {
    for (const [hostname, owner] of this.#hostnames) if (owner === tenant) this.#hostnames.delete(hostname);
    for (const hostname of this.#options.store.findTenant(tenant)?.hostnames ?? [])
      this.#hostnames.set(hostname, tenant);
  }

  #target(tenant: TenantName): Target {
    let target = this.#targets.get(tenant);
    if (target === undefined) {
      const record = this.#options.store.findTenant(tenant);
      if (record === undefined) throw plinthError("PLINTH_NO_ROUTE", [tenant]);
      target = this.#options.targetOf(record) ?? undefined;
      if (target === undefined) throw plinthError("PLINTH_NOT_DEPLOYED", [tenant]);
      this.#targets.set(tenant, target);
    }
    return target;
  }
}

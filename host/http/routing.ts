/** Which tenant a request is for: by hostname, or by the path /t/NAME/. Held in memory, renewed after every change. */
import { plinthError } from "../errors.ts";
import type { Target } from "../pool/target.ts";
import { isTenantName, type TenantName } from "../store/names.ts";
import type { Store } from "../store/store.ts";

export interface Routed {
  target: Target;
  /** Path and query as the tenant sees them. */
  path: string;
  /** What stands before that in the client's request: "" or "/t/NAME". */
  mount: string;
}

export interface RoutingOptions {
  store: Pick<Store, "findTenant" | "routeByHost" | "onChange">;
  /** Hostnames `NAME.domain` lead to the tenant NAME. */
  domain: string;
  /** @returns what the tenant's active version is served by, or null where it has none */
  targetOf(tenant: TenantName): Target | null;
}

const BY_PATH = /^\/t\/([^/?#]+)(\/[^#]*|\?[^#]*|)$/;

export class Routing {
  readonly #options: RoutingOptions;
  /** Targets of tenants that were called since their last change. */
  readonly #targets = new Map<TenantName, Target>();

  constructor(options: RoutingOptions) {
    this.#options = options;
    options.store.onChange(({ tenant }) => this.#targets.delete(tenant));
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
    return this.#options.store.routeByHost(hostname);
  }

  #target(tenant: TenantName): Target {
    let target = this.#targets.get(tenant);
    if (target === undefined) {
      if (this.#options.store.findTenant(tenant) === undefined) throw plinthError("PLINTH_NO_ROUTE", [tenant]);
      target = this.#options.targetOf(tenant) ?? undefined;
      if (target === undefined) throw plinthError("PLINTH_NOT_DEPLOYED", [tenant]);
      this.#targets.set(tenant, target);
    }
    return target;
  }
}

/**
 * The connections of fetches. Each tenant has its own, in bounded number, and only to addresses that the policy allows.
 *
 * A connection serves one fetch at a time (HTTP/1.1), so the limit of fetches under way bounds the connections in use.
 * Beyond this number, no connection is kept for the next fetch. Beyond twice this number, none is made, because the others
 * are still being made for fetches that were given up.
 */
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector, type Dispatcher } from "undici";
import { plinthError } from "../../errors.ts";
import { Gate } from "../../fairness/gate.ts";
import { boundInformational } from "./informational.ts";
import type { NetworkPolicy } from "./network-policy.ts";
import type { Resolve } from "./resolve.ts";

const CONNECT_TIMEOUT_MS = 10_000;
/** The longest time that a connection is kept for the next fetch, even if the server offers more, ms. */
const KEEP_ALIVE_MS = 4_000;
/** The most connections, as a multiple of the fetches that may be under way. */
const HARD_FACTOR = 2;

export interface ConnectionsOptions {
  readonly policy: NetworkPolicy;
  readonly resolve: Resolve;
  /** Fetches of all tenants that may be under way at once. */
  readonly totalLimit: number;
}

/** The connections of one tenant. */
export interface TenantConnections extends Disposable {
  /** The gate at which the tenant's fetches wait for one another. */
  readonly gate: Gate;
  /**
   * The dispatcher by which undici sends requests.
   * @param check is called before each request, redirects included; if it throws, the fetch ends with its error
   */
  dispatcher(check: (origin: URL) => void): Dispatcher;
}

interface Tenant {
  readonly agent: Agent;
  readonly gate: Gate;
  /** Fetches of this tenant under way or waiting. */
  users: number;
  /** Connections, including those that are being made. */
  open: number;
  /** Fetches that may be under way at once, by the latest fetch's limits. */
  limit: number;
}

export class Connections implements AsyncDisposable {
  readonly #options: ConnectionsOptions;
  readonly #tenants = new Map<string, Tenant>();
  /** Connections of all tenants, including those that are being made. */
  #open = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** @param limit fetches of the tenant that may be under way at once */
  use(name: string, limit: number): TenantConnections {
    const tenant = this.#tenants.get(name) ?? this.#add(name);
    tenant.limit = limit;
    tenant.users++;
    return {
      gate: tenant.gate,
      dispatcher: (check) =>
        tenant.agent.compose((dispatch) => (options, handler) => {
          check(new URL(options.origin!));
          const full = tenant.open >= tenant.limit || this.#open >= this.#options.totalLimit;
          return dispatch({ ...options, reset: full }, boundInformational(handler));
        }),
      [Symbol.dispose]: () => {
        tenant.users--;
        this.#dropUnused(name, tenant);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#tenants.values()].map(({ agent }) => agent.destroy()));
  }

  #add(name: string): Tenant {
    // Only connecting has a time limit here. The whole fetch has one, too.
    const agent = new Agent({
      connect: (options, callback) => this.#connect(name, tenant, connector, options, callback),
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    // Each tenant has a connector of its own, because a connector remembers TLS sessions.
    const connector = buildConnector({
      allowH2: false,
      timeout: CONNECT_TIMEOUT_MS,
      autoSelectFamily: true,
      lookup: this.#lookup,
    } as buildConnector.BuildOptions);
    const tenant: Tenant = { agent, gate: new Gate(), users: 0, open: 0, limit: 0 };
    this.#tenants.set(name, tenant);
    return tenant;
  }

  #connect(
    name: string,
    tenant: Tenant,
    connector: buildConnector.connector,
    options: buildConnector.Options,
    callback: buildConnector.Callback,
  ): void {
    const refusal = this.#refusal(tenant, options.hostname);
    if (refusal !== null) {
      queueMicrotask(() => callback(refusal, null));
      return;
    }
    tenant.open++;
    this.#open++;
    const closed = () => {
      tenant.open--;
      this.#open--;
      this.#dropUnused(name, tenant);
    };
    connector(options, (...result) => {
      const [error, socket] = result;
      // undici leaves the socket out beside an error.
      if (error === null) socket.once("close", closed);
      else closed();
      callback(...result);
    });
  }

  #refusal(tenant: Tenant, hostname: string): Error | null {
    const { policy, totalLimit } = this.#options;
    // node:net connects to a literal address without a lookup.
    if (isIP(hostname) !== 0 && !policy.allows(hostname)) return plinthError("PLINTH_FETCH_ADDRESS", [hostname]);
    if (tenant.open >= HARD_FACTOR * tenant.limit || this.#open >= HARD_FACTOR * totalLimit) {
      return plinthError("PLINTH_FETCH_BUSY", ["too many connections are open"]);
    }
    return null;
  }

  /** node:net asks this for a name's addresses and connects to the answer, so nothing comes between check and use. */
  readonly #lookup: LookupFunction = (name, _options, callback) => {
    const { policy, resolve } = this.#options;
    resolve(name).then(
      (addresses) => {
        const allowed = addresses.filter((address) => policy.allows(address));
        if (allowed.length === 0) callback(plinthError("PLINTH_FETCH_ADDRESS", [name]), []);
        else
          callback(
            null,
            allowed.map((address) => ({ address, family: isIP(address) })),
          );
      },
      (error) => callback(error, []),
    );
  };

  #dropUnused(name: string, tenant: Tenant): void {
    if (tenant.users > 0 || tenant.open > 0 || this.#tenants.get(name) !== tenant) return;
    this.#tenants.delete(name);
    void tenant.agent.destroy();
  }
}

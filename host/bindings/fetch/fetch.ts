/** The main thread's side of `fetch`: HTTP requests of tenants to the hosts that their manifests allow. */
import { fetch, type RequestInit } from "undici";
import { plinthError } from "../../errors.ts";
import { Gate } from "../../fairness/gate.ts";
import { HeldMemory } from "../../fairness/held-memory.ts";
import type { CallContext, Granting, HostServices, HostSide } from "../binding.ts";
import type { BindingCall, BindingReply } from "../message.ts";
import { isAllowed } from "./allow-list.ts";
import type { Allowed } from "./binding.ts";
import { Connections, type TenantConnections } from "./connections.ts";
import { failureOf } from "./failure.ts";
import { replyOf } from "./incoming.ts";
import { NetworkPolicy } from "./network-policy.ts";
import { type Outgoing, outgoingOf } from "./outgoing.ts";
import { type Resolve, systemResolver } from "./resolve.ts";

export interface FetchOptions {
  /** Networks (CIDR) that are not public, but that tenants may fetch from. */
  readonly privateNetworks: readonly string[];
  /** Fetches of all tenants under way at once. */
  readonly totalConcurrency: number;
  /** Bytes of response bodies that were received for all tenants' fetches under way. */
  readonly totalMemoryBytes: number;
  /** Resolves names; by the system's name servers if not given. */
  readonly resolve?: Resolve;
}

const NOTHING: Allowed = { allow: [] };

/** The fetches that a request has made. */
interface RequestAccount {
  made: number;
  readonly gate: Gate;
}

export class FetchSide implements HostSide<Allowed, Allowed> {
  readonly #options: FetchOptions;
  readonly #connections: Connections;
  readonly #memory: HeldMemory;
  readonly #gate = new Gate();
  readonly #accounts = new WeakMap<object, RequestAccount>();

  constructor(options: FetchOptions) {
    this.#options = options;
    this.#memory = new HeldMemory(options.totalMemoryBytes);
    this.#connections = new Connections({
      policy: new NetworkPolicy(options.privateNetworks),
      resolve: options.resolve ?? systemResolver(),
      totalLimit: options.totalConcurrency,
    });
  }

  static async open({ config }: HostServices): Promise<FetchSide> {
    return new FetchSide({
      privateNetworks: config.fetchPrivateNetworks,
      totalConcurrency: config.totalFetchConcurrency,
      totalMemoryBytes: config.totalFetchMemoryLimitBytes,
    });
  }

  grant({ config }: Granting<Allowed>): Allowed | undefined {
    return config?.allow.length === 0 ? undefined : config;
  }

  async call(call: BindingCall, grant: Allowed = NOTHING, context: CallContext): Promise<BindingReply> {
    if (call.method !== "fetch") throw plinthError("PLINTH_BINDING_UNKNOWN", [call.binding, call.method]);
    const { tenant, requestId, limits, signal } = context;
    const outgoing = outgoingOf(call, limits);
    checkAllowed(grant, outgoing.url);
    const account = this.#account(context);
    using connections = this.#connections.use(tenant, limits.fetchConcurrency);
    // Places are taken from the narrowest to the widest, so that no fetch holds a shared place while it waits for its
    // tenant's.
    using _inRequest = await account.gate.enter(limits.fetchRequestConcurrency, requestId, signal);
    using _inTenant = await connections.gate.enter(limits.fetchConcurrency, requestId, signal);
    using _inHost = await this.#gate.enter(this.#options.totalConcurrency, tenant, signal);
    return await this.#fetch(outgoing, grant, context, connections);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections[Symbol.asyncDispose]();
  }

  async #fetch(
    outgoing: Outgoing,
    grant: Allowed,
    context: CallContext,
    connections: TenantConnections,
  ): Promise<BindingReply> {
    const { limits } = context;
    const { url, ...request } = outgoing;
    const timeout = AbortSignal.timeout(limits.fetchTimeoutMs);
    const signal = AbortSignal.any([context.signal, timeout]);
    const dispatcher = connections.dispatcher((origin) => checkAllowed(grant, origin));
    using held = new DisposableStack();
    const hold = (bytes: number) => void held.use(this.#hold(context, bytes));
    try {
      const response = await fetch(url, { ...request, signal, dispatcher } as RequestInit);
      return await replyOf(response, request.method, { bodyBytes: limits.fetchBodyLimitBytes, hold }, signal);
    } catch (error) {
      if (context.signal.aborted) throw error;
      if (timeout.aborted)
        throw plinthError("PLINTH_FETCH_TIMEOUT", [url.host, limits.fetchTimeoutMs], { cause: error });
      throw failureOf(error, url.host);
    }
  }

  /** Counts a fetch. @throws PLINTH_FETCH_LIMIT */
  #account({ request, limits }: CallContext): RequestAccount {
    let account = this.#accounts.get(request);
    if (account === undefined) {
      account = { made: 0, gate: new Gate() };
      this.#accounts.set(request, account);
    }
    if (account.made >= limits.fetchLimit) throw plinthError("PLINTH_FETCH_LIMIT", [limits.fetchLimit]);
    account.made++;
    return account;
  }

  /** @throws PLINTH_FETCH_BUSY */
  #hold({ tenant, limits }: CallContext, bytes: number): Disposable {
    try {
      return this.#memory.hold(tenant, bytes, limits.fetchMemoryLimitBytes);
    } catch (cause) {
      throw plinthError("PLINTH_FETCH_BUSY", ["the responses being received fill the memory for them"], { cause });
    }
  }
}

/** @throws PLINTH_FETCH_DENIED */
function checkAllowed({ allow }: Allowed, url: URL): void {
  if (isAllowed(allow, url)) return;
  throw plinthError("PLINTH_FETCH_DENIED", [url.host, url.host], { details: { host: url.host } });
}

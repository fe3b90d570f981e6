/** The door of the pool: admits requests, runs them where they belong, and knows what is in flight. */
import { plinthError } from "../errors.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import type { CgiContext, WireRequest } from "../worker/protocol.ts";
import type { Dispatched } from "./dispatched.ts";
import { SlimRequest, type SlimRequestHost } from "./slim-request.ts";
import type { StaticPool } from "./static-pool.ts";
import type { Target } from "./target.ts";

export class Dispatcher {
  readonly #slim: SlimRequestHost;
  readonly #statics: StaticPool;
  readonly #logs: TenantLogs;
  /** Requests under way by tenant. */
  readonly #inFlight = new Map<string, number>();
  #total = 0;
  #draining = false;
  #drained: (() => void) | undefined;

  constructor(slim: SlimRequestHost, statics: StaticPool, logs: TenantLogs) {
    this.#slim = slim;
    this.#statics = statics;
    this.#logs = logs;
  }

  /**
   * @param cgi for programs that are called by CGI
   * @param requestId for the tenant's log
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_SHUTTING_DOWN
   */
  dispatch(target: Target, request: WireRequest, cgi: CgiContext, requestId: string): Dispatched {
    if (this.#draining) throw plinthError("PLINTH_SHUTTING_DOWN");
    const { tenant } = target;
    const own = this.#inFlight.get(tenant) ?? 0;
    if (own >= target.limits.tenantConcurrency) throw plinthError("PLINTH_TENANT_BUSY");
    this.#inFlight.set(tenant, own + 1);
    this.#total++;

    const log = this.#logs.forRequest(tenant, target.version, requestId);
    const dispatched =
      target.kind === "slim"
        ? new SlimRequest(this.#slim, target, request, requestId, log)
        : this.#statics.dispatch(target, request, cgi, requestId, log);
    void dispatched.finished.then(() => this.#leave(tenant));
    return dispatched;
  }

  /** Admits nothing more, and waits until what is in flight has ended. */
  async drain(): Promise<void> {
    this.#draining = true;
    if (this.#total === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  #leave(tenant: string): void {
    const own = this.#inFlight.get(tenant)! - 1;
    if (own === 0) this.#inFlight.delete(tenant);
    else this.#inFlight.set(tenant, own);
    this.#total--;
    if (this.#total === 0) this.#drained?.();
  }
}

/** The door of the pools. It admits requests, gives each to its pool, and counts those in flight. */
import { plinthError } from "../errors.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import type { ScheduledInput } from "../protocol/first-input.ts";
import type { CgiContext, WireRequest } from "../protocol/http.ts";
import type { Dispatched } from "./dispatched.ts";
import { SlimRequest, type SlimRequestHost } from "./slim-request.ts";
import type { StaticPool } from "./static-pool.ts";
import type { SlimTarget, StaticTarget, Target } from "./target.ts";

/** A request that was admitted. If its client goes before it is dispatched, disposing it gives its place back. */
export interface Admission extends Disposable {
  /**
   * Runs the request. It can be called once.
   *
   * @param cgi the CGI variables, for programs that are called by CGI
   * @param requestId the request's name in the tenant's log
   */
  dispatch(request: WireRequest, cgi: CgiContext, requestId: string): Dispatched;
  /**
   * Counts an answer as memory that the tenant's requests hold, until the result is disposed. A client may still read the
   * answer long after the request has ended.
   *
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_OVERLOADED if there is no room for the answer
   */
  holdAnswer(bytes: number): Disposable;
}

/** The place of a run that was admitted. It is given back when the run ends, or if no run begins. */
interface Entry extends Disposable {
  begin(start: () => Dispatched): Dispatched;
}

export class Dispatcher {
  readonly #slim: SlimRequestHost;
  readonly #statics: StaticPool;
  readonly #logs: TenantLogs;
  readonly #shares: CpuShares;
  /** Number of requests under way, by tenant. */
  readonly #inFlight = new Map<string, number>();
  #total = 0;
  #draining = false;
  #drained: (() => void) | undefined;

  /** @param shares are told the weight of each tenant that is admitted */
  constructor(slim: SlimRequestHost, statics: StaticPool, logs: TenantLogs, shares: CpuShares) {
    this.#slim = slim;
    this.#statics = statics;
    this.#logs = logs;
    this.#shares = shares;
  }

  /**
   * Admits a request before its body has been read. From now on it counts as one of its tenant's requests.
   *
   * @param bodyBytes the bytes that the body has, or may have at most
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_OVERLOADED, PLINTH_SHUTTING_DOWN
   */
  admit(target: Target, bodyBytes: number): Admission {
    const entry = this.#enter(target, bodyBytes);
    const { tenant, limits } = target;
    return {
      dispatch: (request, cgi, requestId) => entry.begin(() => this.#start(target, request, cgi, requestId)),
      holdAnswer: (bytes) => this.#slim.heldMemory.hold(tenant, bytes, limits.waitingMemoryLimitBytes),
      [Symbol.dispose]: () => entry[Symbol.dispose](),
    };
  }

  /** Runs the program for one of its tenant's crons. @throws as `admit` */
  runScheduled(target: SlimTarget | StaticTarget, input: ScheduledInput, requestId: string): Dispatched {
    using entry = this.#enter(target, 0);
    const log = this.#logs.forRequest(target.tenant, target.version, requestId);
    return entry.begin(() =>
      target.kind === "slim"
        ? new SlimRequest(this.#slim, target, input, requestId, log)
        : this.#statics.runScheduled(target, input, requestId, log),
    );
  }

  /** Admits no more requests, and waits until those in flight have ended. */
  async drain(): Promise<void> {
    this.#draining = true;
    if (this.#total === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  #enter({ tenant, limits }: Target, bodyBytes: number): Entry {
    if (this.#draining) throw plinthError("PLINTH_SHUTTING_DOWN");
    const own = this.#inFlight.get(tenant) ?? 0;
    if (own >= limits.tenantConcurrency) throw plinthError("PLINTH_TENANT_BUSY");
    const body = this.#slim.heldMemory.hold(tenant, bodyBytes, limits.waitingMemoryLimitBytes);
    this.#shares.weigh(tenant, limits.cpuWeight);
    this.#inFlight.set(tenant, own + 1);
    this.#total++;

    let begun = false;
    const leave = () => {
      body[Symbol.dispose]();
      this.#leave(tenant);
    };
    return {
      begin: (start) => {
        const dispatched = start();
        begun = true;
        void dispatched.finished.then(leave);
        return dispatched;
      },
      [Symbol.dispose]: () => {
        if (!begun) leave();
        begun = true;
      },
    };
  }

  #start(target: Target, request: WireRequest, cgi: CgiContext, requestId: string): Dispatched {
    const log = this.#logs.forRequest(target.tenant, target.version, requestId);
    return target.kind === "slim"
      ? new SlimRequest(this.#slim, target, { kind: "start", request }, requestId, log)
      : this.#statics.dispatch(target, request, cgi, requestId, log);
  }

  #leave(tenant: string): void {
    const own = this.#inFlight.get(tenant)! - 1;
    if (own === 0) this.#inFlight.delete(tenant);
    else this.#inFlight.set(tenant, own);
    this.#total--;
    if (this.#total === 0) this.#drained?.();
  }
}

/** The door of the pool: admits requests, runs them where they belong, and knows what is in flight. */
import { plinthError } from "../errors.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import type { ScheduledInput } from "../protocol/first-input.ts";
import type { CgiContext, WireRequest } from "../protocol/http.ts";
import type { Dispatched } from "./dispatched.ts";
import { SlimRequest, type SlimRequestHost } from "./slim-request.ts";
import type { StaticPool } from "./static-pool.ts";
import type { SlimTarget, StaticTarget, Target } from "./target.ts";

/** A request that has been let in. Disposed of without having been dispatched, it has come to nothing: its client has gone. */
export interface Admission extends Disposable {
  /**
   * Runs the request; once.
   *
   * @param cgi for programs that are called by CGI
   * @param requestId for the tenant's log
   */
  dispatch(request: WireRequest, cgi: CgiContext, requestId: string): Dispatched;
  /**
   * Counts an answer among what the tenant's requests hold, until what it returns is disposed: the request may long have ended while
   * its client still reads.
   *
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_OVERLOADED where there is no room for it
   */
  holdAnswer(bytes: number): Disposable;
}

/** The place of a run that has been let in. It is given back at the run's end, or where none has begun. */
interface Entry extends Disposable {
  begin(start: () => Dispatched): Dispatched;
}

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
   * Lets a request in, before its body has been read: it counts as one of its tenant's from now on.
   *
   * @param bodyBytes that the body takes, or may take at most
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

  /** Admits nothing more, and waits until what is in flight has ended. */
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

/** Admits requests, has each of them run, and counts those in flight. */

import { plinthError } from "../errors.ts";
import type { HeldMemory, Hold } from "../fairness/held-memory.ts";
import type { Parking } from "../fairness/parking.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import type { Usage } from "../observe/usage.ts";
import type { ScheduledInput } from "../protocol/first-input.ts";
import type { CgiContext, WireRequest } from "../protocol/http.ts";
import type { Dispatched } from "./dispatched.ts";
import type { Programs, Run } from "./programs.ts";
import type { SlimTarget, StaticTarget, Target } from "./target.ts";

/** A request that was admitted. If its client goes before it is dispatched, disposing it gives its place back. */
export interface Admission extends Disposable {
  /** Requests of the tenant that may be under way at once. */
  readonly concurrency: number;
  /**
   * Counts bytes of the body, as they come, as memory that the tenant's requests hold. They are given back with the
   * request.
   *
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_OVERLOADED if there is no room for them
   */
  holdBody(bytes: number): void;
  /**
   * Runs the request, which from now on has one of its tenant's places. It can be called once.
   *
   * @param cgi the CGI variables, for programs that are called by CGI
   * @param requestId the request's name in the tenant's log
   * @throws PlinthError PLINTH_TENANT_BUSY if there is no place
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

/** An admitted run. It ends with its dispatch, or when it is disposed of before that. */
interface Entry extends Disposable {
  readonly held: Hold;
  begin(run: Pick<Run, "input" | "cgi" | "requestId">): Dispatched;
}

export class Dispatcher {
  readonly #programs: Programs;
  readonly #heldMemory: HeldMemory;
  readonly #logs: TenantLogs;
  readonly #parking: Parking;
  readonly #usage: Usage;
  /** Number of requests under way, by tenant. */
  readonly #inFlight = new Map<string, number>();
  #total = 0;
  #draining = false;
  #drained: (() => void) | undefined;

  /**
   * @param heldMemory counts the memory that requests hold in this process
   * @param parking says who is parked
   * @param usage counts the use of requests
   */
  constructor(programs: Programs, heldMemory: HeldMemory, logs: TenantLogs, parking: Parking, usage: Usage) {
    this.#programs = programs;
    this.#usage = usage;
    this.#heldMemory = heldMemory;
    this.#logs = logs;
    this.#parking = parking;
  }

  /**
   * Admits a request before its body has been read, if a place of its tenant is free, and room for the body as far as it
   * is announced. Neither is taken yet: the client may send nothing.
   *
   * @param bodyBytes that the client has announced
   * @throws PlinthError PLINTH_TENANT_BUSY, PLINTH_TENANT_PARKED, PLINTH_OVERLOADED, PLINTH_SHUTTING_DOWN
   */
  admit(target: Target, bodyBytes: number): Admission {
    const entry = this.#enter(target, bodyBytes);
    return {
      concurrency: target.limits.tenantConcurrency,
      holdBody: (bytes) => entry.held.add(bytes),
      dispatch: (request, cgi, requestId) => entry.begin({ input: { kind: "start", request }, cgi, requestId }),
      holdAnswer: (bytes) => this.holdAnswer(target, bytes),
      [Symbol.dispose]: () => entry[Symbol.dispose](),
    };
  }

  /** Counts an answer that no program has given. @throws as `Admission.holdAnswer` */
  holdAnswer({ tenant, limits }: Target, bytes: number): Disposable {
    return this.#heldMemory.hold(tenant, bytes, limits.waitingMemoryLimitBytes);
  }

  /** Runs the program for one of its tenant's crons. @throws as `admit` */
  runScheduled(target: SlimTarget | StaticTarget, input: ScheduledInput, requestId: string): Dispatched {
    using entry = this.#enter(target, 0);
    return entry.begin({ input, cgi: null, requestId });
  }

  /** Number of requests that were admitted and have not ended. */
  get inFlight(): number {
    return this.#total;
  }

  /** Whether no more requests are admitted. */
  get isDraining(): boolean {
    return this.#draining;
  }

  /** Admits no more requests, and waits until those in flight have ended. */
  async drain(): Promise<void> {
    this.#draining = true;
    if (this.#total === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  #enter(target: Target, bodyBytes: number): Entry {
    if (this.#draining) throw plinthError("PLINTH_SHUTTING_DOWN");
    const { tenant, limits } = target;
    const slowedBy = this.#parking.admit(tenant);
    this.#refuseIfFull(target);
    this.#heldMemory.check(tenant, bodyBytes, limits.waitingMemoryLimitBytes);
    const held = this.#heldMemory.hold(tenant, 0, limits.waitingMemoryLimitBytes);
    this.#total++;

    let begun = false;
    const leave = () => {
      held[Symbol.dispose]();
      this.#total--;
      if (this.#total === 0) this.#drained?.();
    };
    return {
      held,
      begin: (run) => {
        this.#refuseIfFull(target);
        const log = this.#logs.forRequest(tenant, target.version, run.requestId);
        const dispatched = this.#programs.start({ ...run, target, log, cpuWeight: limits.cpuWeight / slowedBy });
        begun = true;
        this.#inFlight.set(tenant, (this.#inFlight.get(tenant) ?? 0) + 1);
        void dispatched.finished.then(() => {
          this.#leavePlace(tenant);
          leave();
          this.#usage.of(tenant).cpuMs += dispatched.cpuMs;
          this.#parking.ended(tenant, dispatched.cpuMs, dispatched.wasCut);
        });
        return dispatched;
      },
      [Symbol.dispose]: () => {
        if (!begun) leave();
        begun = true;
      },
    };
  }

  #refuseIfFull({ tenant, limits }: Target): void {
    if ((this.#inFlight.get(tenant) ?? 0) >= limits.tenantConcurrency) throw plinthError("PLINTH_TENANT_BUSY");
  }

  #leavePlace(tenant: string): void {
    const own = this.#inFlight.get(tenant)! - 1;
    if (own === 0) this.#inFlight.delete(tenant);
    else this.#inFlight.set(tenant, own);
  }
}

/** A run in a group's process, as the host's process sees it. */
import type { GrantedContext } from "../bindings/host-bindings.ts";
import { type PlinthError, plinthError } from "../errors.ts";
import type { Dispatched } from "../pool/dispatched.ts";
import type { Run } from "../pool/programs.ts";
import type { WireResponse } from "../protocol/http.ts";
import type { RemoteBody } from "./remote-body.ts";

const EMPTY = new Uint8Array(0);

/** A static program is tried this often at most (pool/static-pool.ts). */
const MOST_ATTEMPTS = 4;

export class RemoteRun implements Dispatched {
  readonly #run: Run;
  readonly #cancel: () => void;
  readonly #answer = Promise.withResolvers<WireResponse>();
  readonly #finished = Promise.withResolvers<void>();
  /** The keys of limits by request, one object for each attempt. */
  readonly #attempts = new Map<number, object>();
  /** The calls of bindings under way. */
  readonly #calls = new Map<number, AbortController>();
  cpuMs = 0;
  wasCut = false;
  /** The body of the answer, if it flows. */
  body: RemoteBody | null = null;

  /** @param cancel tells the group that nobody waits for the run any more */
  constructor(run: Run, cancel: () => void) {
    this.#run = run;
    this.#cancel = cancel;
    this.#answer.promise.catch(() => {});
  }

  get tenant(): string {
    return this.#run.target.tenant;
  }

  get log(): Run["log"] {
    return this.#run.log;
  }

  get sourceMap() {
    return this.#run.target.sourceMap;
  }

  get answer(): Promise<WireResponse> {
    return this.#answer.promise;
  }

  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  cancel(reason: unknown): void {
    this.#answer.reject(reason);
    this.#cancel();
  }

  answered(response: WireResponse): void {
    this.#answer.resolve(response);
  }

  begun(head: Pick<WireResponse, "status" | "headers">, body: RemoteBody): void {
    this.body ??= body;
    this.#answer.resolve({ ...head, body: EMPTY, stream: this.body });
  }

  failed(error: PlinthError): void {
    this.#answer.reject(error);
  }

  /**
   * Begins a call. This process has given the run its grants and limits, so the group cannot change them.
   *
   * @returns the context with which the binding is called
   */
  beginCall(call: number, attempt: number): GrantedContext {
    const { tenant, version, grants, limits } = this.#run.target;
    const abort = new AbortController();
    this.#calls.set(call, abort);
    const request = this.#requestOf(attempt);
    return { tenant, version, requestId: this.#run.requestId, grants, limits, request, signal: abort.signal };
  }

  #requestOf(attempt: number): object {
    const known = this.#attempts.get(attempt);
    if (known !== undefined) return known;
    // Otherwise a group could evade the limits by ever new attempts.
    if (this.#attempts.size === MOST_ATTEMPTS) return this.#attempts.values().next().value!;
    const request = {};
    this.#attempts.set(attempt, request);
    return request;
  }

  endCall(call: number): void {
    this.#calls.get(call)?.abort();
    this.#calls.delete(call);
  }

  end(cpuMs: number, wasCut: boolean): void {
    this.cpuMs = cpuMs;
    this.wasCut = wasCut;
    for (const call of this.#calls.keys()) this.endCall(call);
    // A group that ends a run without an answer is at fault, but the visitor must not wait for ever.
    this.#answer.reject(plinthError("PLINTH_WORKER_LOST"));
    this.body?.end(plinthError("PLINTH_WORKER_LOST"));
    this.#finished.resolve();
  }

  /** The group's process has ended. @param isSuspect whether all runs under way there were of the same tenant */
  lose(error: PlinthError, isSuspect: boolean): void {
    if (error.code === "PLINTH_GROUP_LOST") {
      this.#run.log.failure("the process of the tenant's group ended before the request did", null);
    }
    this.#answer.reject(error);
    this.body?.end(error);
    this.end(isSuspect ? this.#run.target.limits.cpuMs : 0, isSuspect);
  }
}

/**
 * The forms of a static component: the deploy's product, the instance in a worker, and the host's calls for it.
 */

import type { TenantRequest, TenantResponse } from "../../protocol/contract.ts";
import type { LogLine } from "../../protocol/log-line.ts";
import type { Glue } from "../glue/glue.ts";

/** The product of `prepareStaticComponent`, which is stored as blobs. */
export interface StaticArtifacts {
  /** Source of the glue (glue.ts). Components of one shape have the same. */
  glue: string;
  /**
   * The core modules' bytes under the names that the glue asks for ("component.core.wasm", "component.core2.wasm", ...).
   */
  modules: Record<string, Uint8Array>;
}

/** The artifacts as a worker needs them. Compiled modules can be posted to any number of workers; the glue cannot. */
export interface StaticProgram {
  glue: Glue;
  modules: Record<string, WebAssembly.Module>;
}

/** The calls of the host that a static component can reach. */
export interface StaticHostCalls {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Milliseconds since an arbitrary moment; never goes back. */
  monotonic(): number;
  /** Fills the array with unpredictable bytes. */
  random(bytes: Uint8Array): void;
  /** One line of the tenant's log. Standard output comes as `info`, standard error as `error`. */
  log(level: LogLine["level"], text: string): void;
  /**
   * Resolves after that many milliseconds (at most 2^31 - 1), or rejects to end the request. `handle` then rejects with the
   * same error.
   */
  sleep(ms: number): Promise<void>;
  /**
   * Resolves when the work is over, or rejects to end the request, as `sleep` does.
   *
   * @param begin begins the work, or gives work that is under way; its signal is aborted when the request ends
   */
  until(begin: (signal: AbortSignal) => Promise<unknown>): Promise<void>;
  /**
   * The most bytes of a body that a component writes by `wasi:http`. One byte more is kept of a longer body. All bodies and
   * fields that the host holds for the instance at once may take four times this number.
   */
  readonly bodyBytes: number;
}

/** A request to another server, by the host's fetch. */
export interface OutgoingMessage extends Omit<TenantRequest, "uri"> {
  readonly url: string;
  readonly redirect: "manual";
}

/** Makes a request. It is never rejected, and the component's CPU time does not include it. */
export type OutgoingFetch = (
  request: OutgoingMessage,
) => Promise<{ tag: "ok"; val: TenantResponse } | { tag: "err"; val: { code: string; message: string } }>;

/** Is told of the linear memories of an instance. */
export interface MemoryWatch {
  /** @param memory a memory that a module of the instance exports; the same one may come again */
  memory(memory: WebAssembly.Memory): void;
}

/** The functions that the host's bindings give an instance. */
export interface StaticBindings {
  /** Variables, for `wasi:cli/environment`. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The imports of bindings (`PrepareOptions.interfaces`), by interface without its version.
   *
   * @param guard takes every promise for which an import suspends the stack. If the promise rejects, its error ends the
   *   request, and `handle` rejects with it
   */
  imports(guard: Guard): Readonly<Record<string, object>>;
  /** Makes the requests of `wasi:http/outgoing-handler`. */
  readonly fetch: OutgoingFetch;
}

export type Guard = <T>(work: Promise<T>) => Promise<T>;

/** One instance of a static component. It handles one request at a time. */
export interface StaticInstance {
  /**
   * @throws StaticComponentError if the component trapped, exited or gave a wrong answer; the error of a host call if
   *   the call ended the request. The instance must not be used again then.
   */
  handle(request: TenantRequest): Promise<TenantResponse>;
  /**
   * Calls the component's export plinth:http/scheduled.
   *
   * @param cron the expression
   * @param time the time at which the run was due, ms since 1970-01-01 UTC
   * @throws as `handle`; also "no-scheduled", and "trap" with the text of the error that it returns
   */
  runScheduled(cron: string, time: number): Promise<void>;
}

/**
 * A step of a request to a slim tenant: what the main thread asks of a worker, and what the worker answers.
 *
 * A worker keeps nothing of a request between two steps. A step that ends `pending` hands its memory back as a
 * `SuspendedContext`, and any worker can take the next step: that is why the loss of a worker costs the one request that
 * it was running and no other.
 */
import type { BlobRef, SuspendedContext, TenantImageRef } from "./artifact.ts";
import type { FirstInput } from "./first-input.ts";
import type { WireResponse } from "./http.ts";
import type { LogLine } from "./log-line.ts";

export interface StepLimits {
  /** CPU time left to this request, in ms; the engine polls it and throws. */
  cpuMs: number;
  /** Wall time after which the watchdog ends the worker that runs the step, in ms. */
  hardMs: number;
  /** Most 64 KiB wasm pages that the guest may see. */
  memoryPages: number;
  responseBodyBytes: number;
  /** Bytes of log text kept per step (a line counts as LOG_LINE_BYTES more than its text); what goes beyond is counted. */
  logBytes: number;
  /** Operations (timers, ...) that the step may begin and not end: what the request's earlier steps have left of its limit. */
  operations: number;
}

/** `val`: what the operation gave; a timer gives nothing. */
export type WireOutcome = { tag: "ok"; val?: Uint8Array | undefined } | { tag: "err"; val: string };

export type StepInput =
  | FirstInput
  | { kind: "resume"; events: { operation: number; outcome: WireOutcome }[]; context: SuspendedContext };

export interface SlotStep {
  /** Unique in the process; the watchdog's word for this step. 32 bits. */
  id: number;
  /** `name@version` of the runtime. */
  runtime: string;
  image: TenantImageRef;
  /**
   * Isolation "reuse": whose earlier requests' state the request may find in the slot. It names the tenant and the version, for two
   * tenants that upload the same program have the same image. null: nobody's.
   */
  reuse: string | null;
  glue: BlobRef;
  /** What the tenant may use, as JSON (`Grants`): one string is cheaper to post than what it says. null: nothing. */
  grants: string | null;
  limits: StepLimits;
  input: StepInput;
}

/** Which limit ended the step, where the host knows it. */
export type LimitHit = "cpu" | "memory" | "response" | "response-headers" | "operations" | "never-settles" | "wall";

export type StepOutcome =
  | { tag: "response"; response: WireResponse }
  | { tag: "early-response"; response: WireResponse; context: SuspendedContext }
  | { tag: "pending"; context: SuspendedContext }
  | { tag: "done" }
  | FailedOutcome;

export interface FailedOutcome {
  tag: "failed";
  message: string;
  /** The limit that has ended it; null where the program has failed by itself. */
  limit: LimitHit | null;
}

export interface StepResult {
  outcome: StepOutcome;
  /** Timers begun in this step that have not been cancelled in it. */
  timers: { operation: number; ms: number }[];
  /** Calls of bindings that the main thread is to answer, as frames (host/bindings/message.ts). */
  calls: { operation: number; frame: Uint8Array<ArrayBuffer> }[];
  /** Operations of earlier steps that the guest has given up. */
  cancelled: number[];
  logs: LogLine[];
  /** Log lines dropped because of the limit. */
  logsDropped: number;
  /** CPU time of the step, ms; some kernels count it in ticks of 1 to 4 ms. */
  cpuMs: number;
  /** Durations of the switch and of the whole step, microseconds: for the benchmark. */
  switchUs: number;
  stepUs: number;
}

/**
 * A step of a request to a slim tenant: the main thread's order to a worker, and the worker's answer.
 *
 * A worker keeps nothing of a request between two steps. A step that ends `pending` hands its memory back as a
 * `SuspendedContext`, and any worker can take the next step. So the loss of a worker costs only the request that it was
 * running.
 */
import type { BlobRef, SuspendedContext, TenantImageRef } from "./artifact.ts";
import type { FirstInput } from "./first-input.ts";
import type { WireResponse } from "./http.ts";
import type { LogLine } from "./log-line.ts";

export interface StepLimits {
  /** CPU time that is left to this request, ms. The engine polls it and throws. */
  cpuMs: number;
  /** Wall time after which the pool ends the thread of the step, ms. It counts only if CPU time cannot be read. */
  hardMs: number;
  /** The most pages of 64 KiB that the guest may see. */
  memoryPages: number;
  responseBodyBytes: number;
  /**
   * Bytes of log text that are kept per step; a line counts LOG_LINE_BYTES beyond its text. Further lines are only
   * counted.
   */
  logBytes: number;
  /**
   * Operations (timers, calls) that the step may leave outstanding: what earlier steps have left of the request's limit.
   */
  operations: number;
}

/** The end of an operation. `val` is its reply; a timer has none. */
export type WireOutcome = { tag: "ok"; val?: Uint8Array | undefined } | { tag: "err"; val: string };

export interface ResumeInput {
  kind: "resume";
  events: { operation: number; outcome: WireOutcome }[];
  context: SuspendedContext;
}

export type StepInput = FirstInput | ResumeInput;

/**
 * The parts that are the same for all requests to a target. A thread is told a program once, and then knows it by a
 * number.
 */
export interface SlotProgram {
  /** `name@version` of the runtime. */
  runtime: string;
  image: TenantImageRef;
  /**
   * Isolation "reuse": the owner whose earlier state the request may find in the slot. The owner's name has the tenant
   * and the version, because two tenants that upload the same program have the same image. Null: the request must find
   * nobody's state.
   */
  reuse: string | null;
  glue: BlobRef;
  /** The tenant's `Grants` as JSON; null for a tenant that may use nothing. */
  grants: string | null;
  /** Limits of a request's first step. */
  limits: StepLimits;
}

export interface SlotStep {
  program: SlotProgram;
  /** Limits of this step. In a request's first step it is the object `program.limits` itself. */
  limits: StepLimits;
  input: StepInput;
}

/** The limit that ended a step, if the host knows it. */
export type LimitHit = "cpu" | "memory" | "response" | "response-headers" | "operations" | "never-settles" | "wall";

/** @typeParam Response a response with its headers as text (main thread), or as the program gave them (worker) */
export type StepOutcome<Response = WireResponse> =
  | { tag: "response"; response: Response }
  | { tag: "early-response"; response: Response; context: SuspendedContext }
  | { tag: "pending"; context: SuspendedContext }
  | { tag: "done" }
  | FailedOutcome
  | CorruptOutcome;

export interface FailedOutcome {
  tag: "failed";
  message: string;
  /** The limit that ended the step; null if the program failed by itself. */
  limit: LimitHit | null;
}

/** The outcome of a step that has not run, because a stored file of the program is missing or damaged. */
export interface CorruptOutcome {
  tag: "corrupt";
  /** SHA-256, hex. */
  blob: string;
}

export interface StepResult<Response = WireResponse> {
  outcome: StepOutcome<Response>;
  /** Timers that this step has begun and not cancelled. */
  timers: { operation: number; ms: number }[];
  /** Calls of bindings for the main thread to answer, as frames (host/bindings/message.ts). */
  calls: { operation: number; frame: Uint8Array<ArrayBuffer> }[];
  /** Operations of earlier steps that the guest has given up. */
  cancelled: number[];
  logs: LogLine[];
  /** Number of log lines that the limit has dropped. */
  logsDropped: number;
  /** Number of calls of bindings that the worker has answered itself: reads of KV. */
  reads: number;
  /** CPU time of the step, ms. Some kernels count it in ticks of 1 to 4 ms. */
  cpuMs: number;
  /** Durations of the switch and of the whole step, microseconds. The benchmark reads them. */
  switchUs: number;
  stepUs: number;
}

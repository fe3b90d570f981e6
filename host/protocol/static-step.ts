/** A whole request to a static program: what the main thread asks of a worker, and what the worker answers. */
import type { MessagePort } from "node:worker_threads";
import type { BlobRef } from "./artifact.ts";
import type { FirstInput } from "./first-input.ts";
import type { CgiContext, WireRequest, WireResponse } from "./http.ts";
import type { FailedOutcome, StepResult } from "./slot-step.ts";

export interface StaticLimits {
  /** CPU time of the request over all its turns, ms. */
  cpuMs: number;
  /** Wall time of the whole request, ms: a guest that still waits then is given up. */
  wallMs: number;
  responseBodyBytes: number;
  logBytes: number;
}

interface StaticStepBase {
  /** Unique in the process; the watchdog's word for this request. 32 bits. */
  id: number;
  /** What the tenant may use, as in `SlotStep`. */
  grants: string | null;
  /** SHA-256 of the upload: programs are cached by it. */
  component: string;
  limits: StaticLimits;
}

/** A whole run of a static component; where it waits, its stack is suspended in the worker (JSPI). */
export interface ComponentStep extends StaticStepBase {
  kind: "component";
  input: FirstInput;
  glue: BlobRef;
  coreModules: readonly { fileName: string; blob: BlobRef }[];
}

/** A whole request to a WASI command. */
export interface WasiStep extends StaticStepBase {
  kind: "wasi";
  module: BlobRef;
  request: WireRequest;
  cgi: CgiContext;
}

/** What the pool of static programs runs. */
export type StaticStep = ComponentStep | WasiStep;

export type StaticResult = Pick<StepResult, "logs" | "logsDropped"> & {
  outcome: { tag: "response"; response: WireResponse } | FailedOutcome;
};

/**
 * A static component's call of a binding that the main thread is to answer; posted to it beside the results of steps. The
 * reply's frame comes through the port. When either side closes the port, the other knows that nobody waits any more.
 */
export interface PassedCall {
  /** `ComponentStep.id` of the request that calls. */
  step: number;
  frame: Uint8Array<ArrayBuffer>;
  port: MessagePort;
}

/** Asks nothing of a worker of static programs; see StaticPool. */
export interface WakeUp {
  kind: "wake-up";
}

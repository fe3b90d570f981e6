/** A whole request to a static program: the main thread's order to a worker, and the worker's answer. */
import type { MessagePort } from "node:worker_threads";
import type { BlobRef } from "./artifact.ts";
import type { FirstInput } from "./first-input.ts";
import type { CgiContext, WireRequest, WireResponse } from "./http.ts";
import type { CorruptOutcome, FailedOutcome, StepResult } from "./slot-step.ts";

export interface StaticLimits {
  /** CPU time of all turns of the request together, ms. */
  cpuMs: number;
  /** Wall time of the whole request, ms. The worker gives up a guest that still waits then. */
  wallMs: number;
  responseBodyBytes: number;
  logBytes: number;
}

interface StaticStepBase {
  /** The number by which the watchdog knows this request. It is unique in the process and has 32 bits. */
  id: number;
  /** The tenant's grants, as in `SlotProgram`. */
  grants: string | null;
  /** SHA-256 of the upload. Workers cache programs by it. */
  component: string;
  limits: StaticLimits;
}

/** A whole run of a static component. While it waits, its stack is suspended in the worker (JSPI). */
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

/** A request to the pool of static programs. */
export type StaticStep = ComponentStep | WasiStep;

export type StaticResult = Pick<StepResult, "logs" | "logsDropped" | "cpuMs"> & {
  outcome: { tag: "response"; response: WireResponse } | FailedOutcome | CorruptOutcome;
};

/**
 * A static component's call of a binding, for the main thread to answer. The worker posts it beside the results of steps.
 * The reply's frame comes through the port. A side that gives up closes the port, which tells the other side.
 */
export interface PassedCall {
  /** `ComponentStep.id` of the request that calls. */
  step: number;
  frame: Uint8Array<ArrayBuffer>;
  port: MessagePort;
}

/** A thread's first task. Its answer is Linux's number of the thread, or 0. */
export interface StaticHello {
  kind: "hello";
  /** Carries `FromStaticWorker` to the main thread, and numbers of steps that are to be ended to the worker. */
  port: MessagePort;
}

export type FromStaticWorker = StaticWaits | StaticCompiled;

/** Tells that a request waits from now on. */
export interface StaticWaits {
  kind: "waits";
  /** `StaticStep.id` of the request. */
  step: number;
  /** CPU time that the request has used so far, ms. */
  cpuMs: number;
  /** Bytes of the linear memories of the request's instance. */
  memoryBytes: number;
}

/** Hands the compiled modules of a program to the main thread, which keeps their code alive beyond the thread. */
export interface StaticCompiled {
  kind: "compiled";
  /** `StaticStep.component` of the program. */
  component: string;
  modules: readonly WebAssembly.Module[];
  /** Bytes of the modules before they were compiled. */
  bytes: number;
}

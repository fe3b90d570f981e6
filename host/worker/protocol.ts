/**
 * What crosses the boundary between the main thread and a worker: plain, structured-cloneable data.
 *
 * A worker keeps nothing of a request between two steps. A step that ends `pending` hands its memory back as a
 * `SuspendedContext`, and any worker can take the next step: that is why the loss of a worker costs the one request that
 * it was running and no other.
 */
import type { HeaderField } from "../contract.ts";

/** A value of a mutable global, in the order of the runtime manifest's `globals`. i64 is a bigint. */
export type GlobalValue = number | bigint;

/** An artifact of a deployment: an immutable file, known by its content's hash. */
export interface BlobRef {
  /** SHA-256, hex. */
  key: string;
  path: string;
}

/** A tenant's memory after its start-up: what a slot is switched to. */
export interface TenantImageRef {
  delta: BlobRef;
  /** The tenant's own functions for the runtime's table; null where it has none (JavaScript). */
  functions: { module: BlobRef; count: number } | null;
  globals: readonly GlobalValue[];
  /** Size of the linear memory as the guest sees it, in 64 KiB wasm pages. */
  pages: number;
}

/** A request put aside between two steps. */
export interface SuspendedContext {
  /** Encoded delta on top of the tenant's image. */
  delta: Uint8Array<ArrayBuffer>;
  globals: readonly GlobalValue[];
  pages: number;
  /** Number of the next operation; operations are numbered per request. */
  nextOperation: number;
}

/** A header value travels as latin1: cloning a string is several times cheaper than cloning a small byte array. */
export type WireHeader = [name: string, latin1Value: string];

export interface WireRequest {
  method: string;
  uri: string;
  headers: WireHeader[];
  body: Uint8Array;
}

/** What a program that is called by CGI is told beyond the request. */
export interface CgiContext {
  /** The Host header. */
  host: string;
  /** Path and query as the tenant sees them. */
  path: string;
  /** What stood before `path` in the client's request: "" or "/t/NAME". */
  mount: string;
  /** IP address. */
  clientAddress: string;
}

export interface WireResponse {
  status: number;
  headers: WireHeader[];
  body: Uint8Array;
}

export interface StepLimits {
  /** CPU time left to this request, in ms; the engine polls it and throws. */
  cpuMs: number;
  /** Wall time after which the watchdog ends the worker that runs the step, in ms. */
  hardMs: number;
  /** Most 64 KiB wasm pages that the guest may see. */
  memoryPages: number;
  responseBodyBytes: number;
  /** Bytes of log text kept per step; what goes beyond is counted. */
  logBytes: number;
  /** Operations (timers, ...) outstanding at once. */
  operations: number;
}

export type WireOutcome = { tag: "ok" } | { tag: "err"; val: string };

export type StepInput =
  | { kind: "start"; request: WireRequest }
  | { kind: "resume"; events: { operation: number; outcome: WireOutcome }[]; context: SuspendedContext };

export interface SlotStep {
  /** Unique in the process; the watchdog's word for this step. 32 bits. */
  id: number;
  /** `name@version` of the runtime. */
  runtime: string;
  image: TenantImageRef;
  /** Isolation "reuse": the request may find what an earlier one of its tenant has left in the slot. */
  reuse: boolean;
  glue: BlobRef;
  limits: StepLimits;
  input: StepInput;
}

export interface LogLine {
  /** ms since the epoch. */
  time: number;
  level: "debug" | "info" | "warn" | "error";
  message: string;
}

/** Which limit ended the step, where the host knows it. */
export type LimitHit = "cpu" | "memory" | "response" | "operations" | "never-settles" | "wall";

export type StepOutcome =
  | { tag: "response"; response: WireResponse }
  | { tag: "early-response"; response: WireResponse; context: SuspendedContext }
  | { tag: "pending"; context: SuspendedContext }
  | { tag: "done" }
  | { tag: "failed"; message: string; limit: LimitHit | null };

export interface StepResult {
  outcome: StepOutcome;
  /** Timers begun in this step that have not been cancelled in it. */
  timers: { operation: number; ms: number }[];
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

const latin1 = new TextDecoder("latin1");

/**
 * Bytes to a string of code points 0-255. (TextDecoder's "latin1" is windows-1252: 0x80-0x9f differ, so those bytes take
 * the Buffer path.)
 */
export function headersToWire(headers: readonly HeaderField[]): WireHeader[] {
  return headers.map(([name, value]) => [
    name,
    value.every((byte) => byte < 0x80) ? latin1.decode(value) : Buffer.from(value).toString("latin1"),
  ]);
}

export function headersFromWire(headers: readonly WireHeader[]): HeaderField[] {
  return headers.map(([name, value]) => [name, Buffer.from(value, "latin1")]);
}

interface StaticStepBase {
  /** Unique in the process; the watchdog's word for this request. 32 bits. */
  id: number;
  /** SHA-256 of the upload: programs are cached by it. */
  component: string;
  request: WireRequest;
  limits: StaticLimits;
}

/** A whole request to a static component; where it waits, its stack is suspended in the worker (JSPI). */
export interface ComponentStep extends StaticStepBase {
  kind: "component";
  glue: BlobRef;
  coreModules: readonly { fileName: string; blob: BlobRef }[];
}

/** A whole request to a WASI command. */
export interface CommandStep extends StaticStepBase {
  kind: "command";
  module: BlobRef;
  cgi: CgiContext;
}

/** What the pool of static programs runs. */
export type StaticStep = ComponentStep | CommandStep;

export interface StaticLimits {
  /** Wall time that the guest may run over the whole request, waits left out, ms. */
  hardMs: number;
  /** Wall time of the whole request, ms: a guest that still waits then is given up. */
  wallMs: number;
  responseBodyBytes: number;
  logBytes: number;
}

export type StaticResult = Pick<StepResult, "logs" | "logsDropped"> & {
  outcome: { tag: "response"; response: WireResponse } | { tag: "failed"; message: string; limit: LimitHit | null };
};

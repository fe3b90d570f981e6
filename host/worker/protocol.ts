/**
 * What crosses the boundary between the main thread and a worker: plain, structured-cloneable data.
 *
 * A worker keeps nothing of a request between two steps. A step that ends `pending` hands its memory back as a
 * `SuspendedContext`, and any worker can take the next step: that is why the loss of a worker costs the one request that
 * it was running and no other.
 */
import type { MessagePort } from "node:worker_threads";
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
  /** Bytes of log text kept per step (a line counts as LOG_LINE_BYTES more than its text); what goes beyond is counted. */
  logBytes: number;
  /** Operations (timers, ...) that the step may begin and not end: what the request's earlier steps have left of its limit. */
  operations: number;
}

/** What a log line counts beside its text, bytes: the main thread has to take it in however short it is. */
export const LOG_LINE_BYTES = 64;

/** An error's text goes to the tenant's log, and obeys its limit. */
export function shortened(message: string, logBytes: number): string {
  return message.length <= logBytes ? message : `${message.slice(0, logBytes)}... (${message.length} characters)`;
}

/** `val`: what the operation gave; a timer gives nothing. */
export type WireOutcome = { tag: "ok"; val?: Uint8Array | undefined } | { tag: "err"; val: string };

export type StepInput =
  | { kind: "start"; request: WireRequest }
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

export interface LogLine {
  /** ms since the epoch. */
  time: number;
  level: "debug" | "info" | "warn" | "error";
  /** By the language's means for logs, or what was written to standard output or error. */
  source: "console" | "output";
  message: string;
}

/** Which limit ended the step, where the host knows it. */
export type LimitHit = "cpu" | "memory" | "response" | "response-headers" | "operations" | "never-settles" | "wall";

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

/**
 * Headers of a response, counted as RFC 9113 does (section 6.5.2: name, value and 32 bytes a field). More than clients and
 * proxies take; the main thread checks and writes each of them.
 */
const RESPONSE_HEADER_LIMIT_BYTES = 256 << 10;
const FIELD_BYTES = 32;

/** @returns what is wrong with headers that are too large to be sent, or null */
export function headerExcess(headers: readonly HeaderField[]): string | null {
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.byteLength + FIELD_BYTES, 0);
  if (bytes <= RESPONSE_HEADER_LIMIT_BYTES) return null;
  return `the response's headers take ${bytes} bytes; at most ${RESPONSE_HEADER_LIMIT_BYTES} can be sent`;
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
  /** What the tenant may use, as in `SlotStep`. */
  grants: string | null;
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

export interface StaticLimits {
  /** CPU time of the request over all its turns, ms. */
  cpuMs: number;
  /** Wall time of the whole request, ms: a guest that still waits then is given up. */
  wallMs: number;
  responseBodyBytes: number;
  logBytes: number;
}

export type StaticResult = Pick<StepResult, "logs" | "logsDropped"> & {
  outcome: { tag: "response"; response: WireResponse } | { tag: "failed"; message: string; limit: LimitHit | null };
};

/** The result of a deploy's steps before it is stored. It crosses from the deploy worker to the main thread. */
import type { StartRead } from "../bindings/start-reads.ts";
import type { ErrorCode, ErrorDetails } from "../errors.ts";
import type { RuntimeConfig } from "../manifest/schema.ts";
import type { GlobalValue } from "../protocol/artifact.ts";
import type { LogLine } from "../protocol/log-line.ts";

export interface PreparedSlim {
  kind: "slim";
  /** `name@version`. */
  runtime: string;
  /** `Runtime.integrity`. */
  runtimeIntegrity: string;
  /** `Runtime.build`. */
  build: string;
  /** JavaScript source of the glue; the same for all components of one shape. */
  glue: string;
  /** Encoded delta: the tenant's image on top of the runtime's. */
  delta: Uint8Array;
  /** The serving form of the tenant's own module, and its number of functions; null if there is no module (JavaScript). */
  functions: { module: Uint8Array; count: number } | null;
  globals: GlobalValue[];
  /** Size of the tenant's memory, 64 KiB wasm pages. */
  pages: number;
  /** Source map (version 3), JSON in UTF-8, where the component carries one. */
  sourceMap: Uint8Array | null;
  /** The variables that the tenant's top-level code has read. */
  startReads: readonly StartRead[];
  /** The output of the tenant's top-level code. */
  logs: LogLine[];
  /** Lines over `PrepareLimits.logBytes`. */
  logsDropped: number;
}

export interface PreparedStatic {
  kind: "static";
  glue: string;
  coreModules: { fileName: string; bytes: Uint8Array }[];
}

export interface PreparedWasi {
  kind: "wasi";
  /** The command with its memory limited. */
  module: Uint8Array;
}

export type Prepared = (PreparedSlim | PreparedStatic | PreparedWasi) & {
  /** The configuration that the component carries. */
  config: RuntimeConfig;
};

/**
 * The longest wall time for reading an upload and making its glue, ms. It usually takes a tenth of a second, once for each
 * shape. A tenant can make up types that keep jco busy for ever, and nobody else can deploy meanwhile.
 */
export const LINK_HARD_MS = 20_000;

export interface PrepareTask {
  /** The watchdog's number for this task, unique in the process. 32 bits. */
  id: number;
  component: Uint8Array;
  limits: PrepareLimits;
}

export interface PrepareLimits {
  slimBytes: number;
  staticBytes: number;
  /** The most bytes of the configuration in a component. */
  manifestBytes: number;
  /** CPU time of the tenant's top-level code, ms. */
  startCpuMs: number;
  /** Wall time after which the watchdog ends the deploy worker, ms. */
  startHardMs: number;
  memoryBytes: number;
  logBytes: number;
}

/** The parts of an error of the table that cross threads. The error loses its class on the way. */
export interface PostedError {
  code: ErrorCode;
  message: string;
  details: ErrorDetails;
}

/** The output of a program whose start-up failed. */
type StartLogs = Pick<PreparedSlim, "logs" | "logsDropped">;

/** `start`: null if the upload was refused before its program ran. */
export type PrepareResult = { prepared: Prepared } | { error: PostedError; start: StartLogs | null };

import type { WorkerBindingsData } from "../bindings/worker-bindings.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { MemoryStrategy } from "../memory/index.ts";
import type { Usage } from "../observe/usage.ts";
import type { RuntimeHandle } from "../worker/runtime-handle.ts";
import type { CodeOf } from "./step-channel.ts";

export interface SlotPoolOptions {
  runtimes: RuntimeHandle[];
  /** Threads that may be busy at once in the fast lane. */
  workers: number;
  /** Number of ready threads beyond `workers`. */
  spares: number;
  slotsPerRuntime: number;
  memoryStrategy: MemoryStrategy;
  bindings: WorkerBindingsData;
  /**
   * The most waiting steps of all tenants. Only the first step of a request is refused: a request that has begun goes on.
   */
  queueLimit: number;
  /** The tenants' accounts of CPU time. */
  shares: CpuShares;
  /** Gives the compiled functions of large programs (host/code). */
  codeOf: CodeOf;
  /** Counts the use of steps. */
  usage: Usage;
  /** Receives failures and messages of a worker that belong to no step. */
  onFault(error: unknown): void;
}

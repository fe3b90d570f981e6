/** The engine that runs tenants' code: the pools of this process, or processes with pools of their own. */
import type { HostBindings } from "../bindings/host-bindings.ts";
import type { CodeAhead } from "../code/code-store.ts";
import type { Preparing } from "../deploy/preparer.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { HeldMemory } from "../fairness/held-memory.ts";
import type { Usage } from "../observe/usage.ts";
import type { PoolState } from "../pool/pool-state.ts";
import type { Programs } from "../pool/programs.ts";
import type { SlotProgram } from "../protocol/slot-step.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { EngineSettings } from "./settings.ts";

export interface Engine extends AsyncDisposable {
  readonly programs: Programs;
  readonly preparing: Preparing;
  readonly code: CodeAhead;
  /** The pools at this moment: of slim programs (`slots`) and of static ones. */
  readonly state: EngineState;
  /**
   * Waits for the first threads, and runs the runtimes' own programs in them, and in each thread that starts later, before
   * any tenant's. The larger part of the runs comes after that, behind the tenants' requests.
   *
   * @throws PLINTH_THREADS if the threads do not start
   */
  warm(programs: readonly SlotProgram[]): Promise<void>;
}

export interface EngineState {
  readonly slots: PoolState;
  readonly statics: PoolState;
}

export interface EngineOptions {
  readonly settings: EngineSettings;
  readonly runtimes: readonly Runtime[];
  readonly bindings: Pick<HostBindings, "call" | "workerData">;
  readonly heldMemory: HeldMemory;
  /** Counts the tenants' use. */
  readonly usage: Usage;
  /** The tenants' accounts of CPU time. The main thread of the process charges its work for a tenant to them, too. */
  readonly shares: CpuShares;
  /** Told of failures that belong to no request. @param where a part of a sentence for the log */
  onFault(error: unknown, where: string): void;
}

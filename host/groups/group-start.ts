import type { WorkerBindingsData } from "../bindings/worker-bindings.ts";
import type { EngineSettings } from "../engine/settings.ts";
import type { SlotProgram } from "../protocol/slot-step.ts";

/** The data with which a group's process is opened. The process gets no key, no token and no way to the registry. */
export interface GroupStart {
  readonly settings: EngineSettings;
  readonly bindings: WorkerBindingsData;
  /** The most bytes that the group's waiting requests may hold. */
  readonly waitingBytes: number;
  /** The runtimes that the host has loaded. A group must find the same builds. */
  readonly runtimes: readonly { readonly name: string; readonly build: string }[];
  /** Programs to warm up with. */
  readonly warmUp: readonly SlotProgram[];
}

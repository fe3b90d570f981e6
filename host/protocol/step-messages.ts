/** The messages that the main thread and a worker with slots post to each other beside their rings (host/rings). */
import type { MessagePort } from "node:worker_threads";
import type { SlotProgram, SlotStep, StepResult } from "./slot-step.ts";

/** The shared memory between the main thread and one worker. */
interface StepRings {
  /** The ring to the worker. */
  readonly requests: SharedArrayBuffer;
  /** The ring to the main thread. */
  readonly answers: SharedArrayBuffer;
  /** The main thread's doorbell. */
  readonly bell: SharedArrayBuffer;
  /** The claims on steps in the ring to the worker. */
  readonly claims: SharedArrayBuffer;
}

/** A worker's task for all its life: to serve the rings. */
export interface ServeTask {
  readonly kind: "serve";
  readonly rings: StepRings;
  readonly port: MessagePort;
}

export interface ToldProgram {
  readonly program: SlotProgram;
  /**
   * The compiled functions of a large program, of which this process has one copy (host/code); null if the worker loads
   * them.
   */
  readonly code: WebAssembly.Module | null;
}

export type ToWorker =
  /** The number means this program from now on. A number can be given again. */
  | ({ readonly kind: "program"; readonly number: number } & ToldProgram)
  /** The number has no meaning any more. */
  | { readonly kind: "forget"; readonly number: number }
  | ({ readonly kind: "step"; readonly program: number } & Pick<SlotStep, "limits" | "input">);

export type FromWorker =
  | { readonly kind: "ended"; readonly result: StepResult }
  /** The worker is well, but the step could not be run. */
  | { readonly kind: "threw"; readonly error: unknown };

/** The steps of a deploy that need only the upload's bytes. A thread of its own makes them, and a watchdog looks on. */
import { PlinthError, plinthError } from "../errors.ts";
import { TimedTurns } from "../fairness/timed-turns.ts";
import type { MemoryStrategy } from "../memory/index.ts";
import { WORKER_HEAP_MB } from "../pool/slot-thread.ts";
import { StepIds } from "../pool/step-ids.ts";
import { Watchdog } from "../pool/watchdog.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { LoneThread } from "../threads/lone-thread.ts";
import { HeartbeatTable } from "../worker/heartbeat.ts";
import type { DeployWorkerData } from "./deploy-worker.ts";
import { LINK_HARD_MS, type PrepareLimits, type PrepareResult, type PrepareTask } from "./prepared.ts";
import { startLimit } from "./start-limit.ts";

export interface Preparing {
  /**
   * Prepares uploads one after the other. The party comes first that has taken the least time lately.
   *
   * @param party the party whose turn the upload takes
   * @returns the prepared upload, or its refusal
   * @throws PlinthError if the upload is not to blame
   */
  prepare(component: Uint8Array, party: string): Promise<PrepareResult>;
}

export interface PreparerOptions {
  runtimes: readonly Runtime[];
  /** Folders of languages outside this clone, which say how to read their programs' failures. */
  runtimeFolders: readonly string[];
  memoryStrategy: MemoryStrategy;
  limits: PrepareLimits;
  /** Modules of the bindings that are not in the registry (`loadBindings`). */
  bindingModules: readonly string[];
  /** Folder where glue is kept by shape, so that a known shape is not transpiled again after a restart. */
  glueFolder: string;
  /** Told of failures in the deploy worker that belong to no deploy. */
  onFault(error: unknown): void;
}

/** jco and its parser take some 100 MB, so the worker ends when nobody deploys. */
export const DEPLOY_WORKER_IDLE_MS = 60_000;

export class Preparer implements Preparing, AsyncDisposable {
  readonly #limits: PrepareLimits;
  readonly #thread: LoneThread<PrepareTask, PrepareResult>;
  readonly #watchdog: Watchdog;
  #inFlight = 0;
  readonly #turns = new TimedTurns();
  readonly #ids = new StepIds();

  constructor({ limits, onFault, runtimes, ...data }: PreparerOptions) {
    this.#limits = limits;
    const heartbeat = new HeartbeatTable(4);
    const workerData: DeployWorkerData = { ...data, runtimes: [...runtimes], heartbeat: heartbeat.buffer };
    this.#thread = new LoneThread(new URL("./deploy-worker.ts", import.meta.url), {
      idleMs: DEPLOY_WORKER_IDLE_MS,
      heapMb: WORKER_HEAP_MB,
      workerData,
      onFault,
    });
    this.#watchdog = new Watchdog(heartbeat, () => this.#thread.threads);
  }

  async prepare(component: Uint8Array, party: string): Promise<PrepareResult> {
    using _turn = await this.#turns.enter(party);
    const id = this.#ids.next();
    this.#inFlight++;
    this.#watchdog.start();
    try {
      return await this.#thread.call({ id, component, limits: this.#limits });
    } catch (error) {
      if (error instanceof PlinthError) throw error;
      const budgetMs = this.#watchdog.takeEnded(id);
      if (budgetMs === LINK_HARD_MS) {
        const what = `types that take longer than ${LINK_HARD_MS} ms to be joined to the runtime`;
        throw plinthError("PLINTH_COMPONENT_UNSUPPORTED", [what, "unknown"], { cause: error });
      }
      if (budgetMs !== null) throw startLimit("cpu", this.#limits);
      throw plinthError("PLINTH_WORKER_LOST", [], { cause: error });
    } finally {
      if (--this.#inFlight === 0) this.#watchdog.stop();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watchdog.stop();
    await this.#thread.end();
  }
}

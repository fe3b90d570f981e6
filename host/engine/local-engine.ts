/** The engine whose threads are in this process. */
import { mkdir } from "node:fs/promises";
import { CodeStore } from "../code/code-store.ts";
import { Preparer } from "../deploy/preparer.ts";
import { type MemoryStrategy, probeMemoryStrategy } from "../memory/index.ts";
import { LocalPrograms } from "../pool/local-programs.ts";
import { SlotPool } from "../pool/slot-pool.ts";
import { StaticCalls } from "../pool/static-calls.ts";
import { StaticPool } from "../pool/static-pool.ts";
import { warmSlots } from "../pool/warm-slots.ts";
import type { SlotProgram } from "../protocol/slot-step.ts";
import type { Engine, EngineOptions, EngineState } from "./engine.ts";
import { FirstStart } from "./first-start.ts";

/** Ready workers beyond the ones that may be busy; see host/pool/slot-pool.ts. */
const SPARE_WORKERS = 1;
/** Requests to static components that overlap in one worker. Memory bounds them earlier. */
const STATIC_CONCURRENCY = 256;
/** Compiled static components kept per worker. */
const STATIC_PROGRAMS = 1_000;

export class LocalEngine implements Engine {
  readonly programs: LocalPrograms;
  readonly preparing: Preparer;
  readonly code: CodeStore;
  readonly #slots: SlotPool;
  readonly #firstStart: FirstStart;
  readonly #statics: StaticPool;
  readonly #onFault: EngineOptions["onFault"];
  #isClosed = false;

  private constructor(options: EngineOptions, memoryStrategy: MemoryStrategy) {
    const { settings, runtimes, bindings, heldMemory, shares, usage, onFault } = options;
    const { workers, queueLimit, prepareLimits: limits, glueFolder, runtimeFolders } = settings;
    this.#onFault = onFault;
    const common = { shares, workers, spares: SPARE_WORKERS, queueLimit, bindings: bindings.workerData };
    this.preparing = new Preparer({
      runtimes,
      runtimeFolders,
      memoryStrategy,
      limits,
      bindingModules: bindings.workerData.modules,
      glueFolder,
      onFault: (error) => onFault(error, "background failure: deploys"),
    });
    this.code = new CodeStore({
      limitBytes: settings.codeMemoryLimitBytes,
      onDrop: (key) => this.#slots.forget(key),
      onFault: (error) => onFault(error, "background failure: the code of programs"),
    });
    this.#firstStart = new FirstStart(workers + SPARE_WORKERS);
    this.#slots = new SlotPool({
      ...common,
      codeOf: ({ image: { functions } }) => (functions === null ? null : this.code.of(functions)),
      usage,
      runtimes: runtimes.map(({ handle }) => handle),
      slotsPerRuntime: settings.slotsPerRuntime,
      onFault: (error) => {
        onFault(error, "background failure: a worker with slots");
        this.#firstStart.note(error);
      },
      memoryStrategy,
    });
    this.#statics = new StaticPool(
      {
        ...common,
        concurrencyPerWorker: STATIC_CONCURRENCY,
        programsPerWorker: STATIC_PROGRAMS,
        onFault: (error) => onFault(error, "background failure: a worker for static programs"),
        heldMemory,
      },
      new StaticCalls(bindings, heldMemory),
    );
    this.programs = new LocalPrograms(
      { pool: this.#slots, heldMemory, bindings, code: this.code },
      this.#statics,
      shares,
    );
  }

  /** Opens the engine. Its threads load in the background; `warm` waits for them. */
  static async open(options: EngineOptions): Promise<LocalEngine> {
    await mkdir(options.settings.glueFolder, { recursive: true });
    return new LocalEngine(options, probeMemoryStrategy().best);
  }

  get state(): EngineState {
    return { slots: this.#slots.state, statics: this.#statics.state };
  }

  async warm(programs: readonly SlotProgram[]): Promise<void> {
    await this.#firstStart.until(this.#slots.ready());
    const rest: (() => Promise<void>)[] = [];
    for (const program of programs) rest.push(await warmSlots(this.#slots, program));
    void this.#warmOn(rest);
  }

  async #warmOn(rest: readonly (() => Promise<void>)[]): Promise<void> {
    try {
      for (const run of rest) await run();
    } catch (error) {
      if (!this.#isClosed) this.#onFault(error, "background failure: the warm-up of the slots");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#statics.close();
    await this.#slots.close();
    await this.preparing[Symbol.asyncDispose]();
    await this.code[Symbol.asyncDispose]();
  }
}

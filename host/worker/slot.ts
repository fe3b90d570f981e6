/**
 * A slot: one live instance of a runtime, into which tenants are switched as processes are switched on a CPU.
 *
 *   what a step finds                                what resets it
 *   code, imports, the runtime's part of the table   nobody: a step cannot change them
 *   linear memory                                    SlotMemory, from the state's layers
 *   mutable globals of the runtime                   switchTo, from the state's globals
 *   the tenants' part of the table                   TenantTable, from the state's functions
 *   page count                                       switchTo, from the state's pages
 *   page limit, refused growth                       #begin, for each step
 *   account of host calls, standard output           #begin, for each step
 *   instances of glue                                they keep nothing between steps; a trap drops them
 *
 * The invariant FRESH: a step runs only in a slot that was made ready for this one step. So it finds nothing of another
 * tenant, after any earlier steps. The tenant can choose one exception (isolation "reuse"): `stay` keeps the state that the
 * same tenant's last request has left.
 *
 *            switchTo              start, startScheduled, resume, startTenant
 *   USED -----------------> READY ----------------------------------------> USED
 *     |  stay, if resident    ^                                               |
 *     +-----------------------+         a switch that throws: USED, and the owner discards the slot
 */
import type { OpenGrants } from "../bindings/open-grants.ts";
import { openNothing, type WorkerBindings } from "../bindings/worker-bindings.ts";
import type { HttpResumable, ResumableGlue } from "../component/glue/glue.ts";
import { LeanResumable } from "../component/glue/lean-resumable.ts";
import { growRefusedExport, pageLimitExport, pagesExport } from "../component/write/thin-module.ts";
import {
  type BaseImage,
  type Delta,
  invariant,
  type MemoryStrategy,
  SlotMemory,
  WASM_PAGE_BYTES,
} from "../memory/index.ts";
import type { GlobalValue } from "../protocol/artifact.ts";
import type { OperationEvent, Outcome, TenantRequest } from "../protocol/contract.ts";
import type { ScheduledInput } from "../protocol/first-input.ts";
import type { LimitHit, StepLimits } from "../protocol/slot-step.ts";
import { CLOCK, PREVIEW1 } from "../wasi/preview1.ts";
import { GuestExit, runtimeImports } from "../wasi/runtime-imports.ts";
import { type Clocks, machineClocks } from "./clocks.ts";
import { HostCalls } from "./host-calls.ts";
import { OutputLog } from "./output-log.ts";
import type { RuntimeHandle } from "./runtime-handle.ts";
import { scheduledRequest } from "./scheduled-request.ts";
import { type TenantFunctions, TenantTable } from "./tenant-table.ts";

/** The state for a switch: layers on the base image, and the runtime's globals. */
export interface SlotState {
  /** A switch to the same deltas (the same objects) in the same order is cheaper. */
  layers: readonly Delta[];
  functions: TenantFunctions | null;
  globals: readonly GlobalValue[];
  /** Pages of 64 KiB that the guest sees. */
  pages: number;
}

/** Parts of the machine that tests replace. */
export interface SlotSurroundings {
  clocks?: Clocks;
  /** Imports that replace the host's, by module and name. */
  imports?(memory: WebAssembly.Memory): WebAssembly.Imports;
}

export class Slot {
  readonly runtime: RuntimeHandle;
  readonly instance: WebAssembly.Instance;
  readonly calls: HostCalls;
  /**
   * Key of the tenant and version whose request ended here in good order. Its next request needs no switch (isolation
   * "reuse"). Null if the next step needs one.
   */
  resident: string | null = null;
  /** Whether the slot has been made ready for one step that has not run yet. */
  #ready = false;
  readonly #wasmMemory: WebAssembly.Memory;
  readonly #memory: SlotMemory;
  readonly #output: OutputLog;
  readonly #table: TenantTable | null;
  readonly #globals: readonly WebAssembly.Global[];
  readonly #pages: WebAssembly.Global<"i32">;
  readonly #pageLimit: WebAssembly.Global<"i32">;
  readonly #growRefused: WebAssembly.Global<"i32">;
  /** Instances of glue. They are held weakly, so that an instance goes together with glue that the worker drops. */
  readonly #resumables = new WeakMap<ResumableGlue, HttpResumable>();

  /** @param surroundings for tests */
  constructor(
    runtime: RuntimeHandle,
    base: BaseImage,
    strategy: MemoryStrategy,
    bindings: WorkerBindings,
    surroundings: SlotSurroundings = {},
  ) {
    this.runtime = runtime;
    this.#wasmMemory = new WebAssembly.Memory({
      initial: base.byteLength / WASM_PAGE_BYTES,
      maximum: runtime.maximumPages,
    });
    this.#memory = new SlotMemory(this.#wasmMemory, base, { strategy });
    const { clocks = machineClocks } = surroundings;
    this.calls = new HostCalls(this.#wasmMemory, bindings, clocks);
    this.#output = new OutputLog(this.calls);
    this.instance = new WebAssembly.Instance(
      runtime.module,
      withReplaced(
        {
          ...unansweredImports(runtime.module),
          "plinth:host": { ...this.calls.imports, memory: this.#wasmMemory },
          [PREVIEW1]: runtimeImports(runtime.module, {
            memory: () => this.#wasmMemory.buffer,
            clockNs: (id) => (id === CLOCK.realtime ? BigInt(clocks.now()) * 1_000_000n : clocks.monotonicNs()),
            random: (bytes) => this.calls.random(bytes),
            write: (output, bytes) => this.#output.write(output, bytes),
          }),
        },
        surroundings.imports?.(this.#wasmMemory),
      ),
    );
    this.#table = runtime.tenantFunctions === null ? null : new TenantTable(this.instance, runtime.tenantFunctions);
    this.#globals = runtime.globals.map(({ exportName }) => this.#global(exportName));
    this.#pages = this.#global(pagesExport);
    this.#pageLimit = this.#global(pageLimitExport);
    this.#growRefused = this.#global(growRefusedExport);
  }

  /** The runtime's own state after its start-up, before any tenant. */
  get baseState(): SlotState {
    return {
      layers: [],
      functions: null,
      globals: this.runtime.globals.map(({ value }) => value),
      pages: this.runtime.initialPages,
    };
  }

  /** The context switch. Afterwards nothing is left of earlier programs. */
  switchTo(state: SlotState, limits: StepLimits, nextOperation: number, grants = openNothing): void {
    this.resident = null;
    this.#ready = false;
    invariant(state.globals.length === this.#globals.length, "FRESH: the state lacks globals of the runtime");
    this.#memory.switchTo(state.layers);
    invariant(
      state.pages * WASM_PAGE_BYTES <= this.#memory.byteLength,
      "FRESH: the guest would see more pages than there are",
    );
    for (let i = 0; i < this.#globals.length; i++) this.#globals[i]!.value = state.globals[i];
    this.#pages.value = state.pages;
    this.#table?.put(state.functions);
    this.#begin(limits, nextOperation, grants);
  }

  /** Makes room in the table for a component's functions, before `startTenant`. */
  reserveFunctions(count: number): void {
    this.#table?.reserve(count);
  }

  /** Runs a tenant's start-up code on the state of the last switch. @throws the error that ends the code */
  startTenant(tenant: { instantiate(runtime: WebAssembly.Instance): void }): void {
    this.#use();
    try {
      tenant.instantiate(this.instance);
    } finally {
      this.#output.endLines();
    }
  }

  /** Makes the slot ready for the resident tenant's next request, which finds what the last one has left. */
  stay(limits: StepLimits, grants: OpenGrants): void {
    this.resident = null;
    this.#begin(limits, 1, grants);
  }

  /** The limit that the guest has met since the switch. If the guest fails, the limit is the reason. */
  get limitHit(): LimitHit | null {
    return this.calls.limitHit ?? (this.#growRefused.value === 1 ? "memory" : null);
  }

  /**
   * Starts a request. The runtime draws fresh random state by itself, because the state in its image is the same for
   * every request.
   */
  start(glue: ResumableGlue, request: TenantRequest): Outcome {
    return this.#run(glue, (resumable) => resumable.start(request));
  }

  /** Begins a scheduled run: by the runtime's function for such runs, or as a request where it has none. */
  startScheduled(glue: ResumableGlue, input: ScheduledInput): Outcome {
    return this.#run(
      glue,
      (resumable) =>
        new LeanResumable(this.instance).runScheduled(input.cron, input.time) ??
        resumable.start(scheduledRequest(input)),
    );
  }

  resume(glue: ResumableGlue, events: OperationEvent[]): Outcome {
    return this.#run(glue, (resumable) => resumable.resume(events));
  }

  /**
   * Writes down memory (as a delta on top of `layers`) and globals.
   *
   * @param layers the layers of the last switch, or the first few of them
   */
  capture(layers: readonly Delta[]): { delta: Delta; globals: GlobalValue[]; pages: number } {
    const pages = this.#pages.value;
    return {
      delta: this.#memory.capture(layers, { wasmPages: pages }),
      globals: this.#globals.map((global) => global.value as GlobalValue),
      pages,
    };
  }

  #begin(limits: StepLimits, nextOperation: number, grants: OpenGrants): void {
    this.#pageLimit.value = Math.max(limits.memoryPages, this.#pages.value);
    this.#growRefused.value = 0;
    this.calls.begin(limits, nextOperation, grants);
    this.#output.begin();
    this.#ready = true;
  }

  #use(): void {
    invariant(this.#ready, "FRESH: the slot was not made ready for this step");
    this.#ready = false;
  }

  #run(glue: ResumableGlue, step: (resumable: HttpResumable) => Outcome): Outcome {
    this.#use();
    let resumable = this.#resumables.get(glue);
    if (resumable === undefined) {
      resumable = glue.instantiate({ runtime: this.instance });
      this.#resumables.set(glue, resumable);
    }
    try {
      return step(resumable);
    } catch (error) {
      // A trap leaves the glue's own state (may-enter flags, tasks) as it was in the middle of the call.
      this.#resumables.delete(glue);
      const said = headOf(this.#output.takeErrorOutput());
      // A program that exits has said why. The stack of the exit itself tells the tenant nothing.
      const trap = error instanceof GuestExit ? error.message : guestStack(error);
      if (said === "") return { tag: "failed", val: trap };
      return { tag: "failed", val: error instanceof GuestExit ? said : `${said}\n${trap}` };
    } finally {
      this.#output.endLines();
    }
  }

  #global<T extends WebAssembly.ValueType>(name: string): WebAssembly.Global<T> {
    const global = this.instance.exports[name];
    if (!(global instanceof WebAssembly.Global))
      throw new Error(`runtime ${this.runtime.key} exports no global ${name}`);
    return global as WebAssembly.Global<T>;
  }
}

/** Lines of a program's last words that are kept. A runtime prints its reason first, then the stacks of all its threads. */
const LAST_WORDS_LINES = 30;

function headOf(text: string): string {
  const lines = text.split("\n");
  if (lines.length <= LAST_WORDS_LINES) return text;
  return [...lines.slice(0, LAST_WORDS_LINES), `... (${lines.length - LAST_WORDS_LINES} more lines)`].join("\n");
}

/** An error with its frames in WebAssembly. The host's frames are left out: they show its paths. */
function guestStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? error.message).split("\n");
  return lines.filter((line) => !/^ +at /.test(line) || line.includes("wasm://")).join("\n");
}

function withReplaced(imports: WebAssembly.Imports, replacing: WebAssembly.Imports = {}): WebAssembly.Imports {
  for (const [from, values] of Object.entries(replacing)) imports[from] = { ...imports[from], ...values };
  return imports;
}

/** Imports that a runtime has and never calls in a slot (Go's exit hook for browsers). A call of one ends its step. */
function unansweredImports(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== "function") continue;
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new Error(`the runtime called ${from}.${name}, which this host does not have`);
    };
  }
  return imports;
}

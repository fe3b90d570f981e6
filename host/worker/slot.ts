/**
 * A slot: one live instance of a runtime, into which tenants are switched.
 *
 * Like a process on a CPU: the instance's code, table and host imports stay, while memory and globals are exchanged. A
 * slot runs one step at a time and trusts no tenant to have left anything as it was: every step begins with a switch.
 */
import type { OpenGrants } from "../bindings/open-grants.ts";
import { openNothing, type WorkerBindings } from "../bindings/worker-bindings.ts";
import type { HttpResumable, ResumableGlue } from "../component/glue/glue.ts";
import { growRefusedExport, pageLimitExport, pagesExport } from "../component/write/thin-module.ts";
import { type BaseImage, type Delta, type MemoryStrategy, SlotMemory, WASM_PAGE_BYTES } from "../memory/index.ts";
import type { GlobalValue } from "../protocol/artifact.ts";
import type { OperationEvent, Outcome, TenantRequest } from "../protocol/contract.ts";
import type { LimitHit, StepLimits } from "../protocol/slot-step.ts";
import { CLOCK, PREVIEW1 } from "../wasi/preview1.ts";
import { GuestExit, runtimeImports } from "../wasi/runtime-imports.ts";
import { type Clocks, machineClocks } from "./clocks.ts";
import { HostCalls } from "./host-calls.ts";
import { OutputLog } from "./output-log.ts";
import type { RuntimeHandle } from "./runtime-handle.ts";
import { type TenantFunctions, TenantTable } from "./tenant-table.ts";

/** What a slot is switched to: base image + layers, and the runtime's globals. */
export interface SlotState {
  /** Identity matters: the same deltas in the same order make the cheap path of a switch. */
  layers: readonly Delta[];
  functions: TenantFunctions | null;
  globals: readonly GlobalValue[];
  /** 64 KiB wasm pages that the guest sees. */
  pages: number;
}

/** What tests put around a slot in the place of this machine. */
export interface SlotSurroundings {
  clocks?: Clocks;
  /** Imports in the place of the host's, by module and name. */
  imports?(memory: WebAssembly.Memory): WebAssembly.Imports;
}

export class Slot {
  readonly runtime: RuntimeHandle;
  readonly instance: WebAssembly.Instance;
  readonly calls: HostCalls;
  /**
   * Key of the tenant image whose request has ended here in good order and may be followed by another without a switch
   * (isolation "reuse"); null where the next step needs a switch.
   */
  resident: string | null = null;
  readonly #wasmMemory: WebAssembly.Memory;
  readonly #memory: SlotMemory;
  readonly #output: OutputLog;
  readonly #table: TenantTable | null;
  readonly #globals: readonly WebAssembly.Global[];
  readonly #pages: WebAssembly.Global<"i32">;
  readonly #pageLimit: WebAssembly.Global<"i32">;
  readonly #growRefused: WebAssembly.Global<"i32">;
  /** Weak: glue that the worker has let go takes what was made of it along. */
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

  /** The context switch: after it, nothing of what ran here before is left. */
  switchTo(state: SlotState, limits: StepLimits, nextOperation: number, grants = openNothing): void {
    this.resident = null;
    this.#memory.switchTo(state.layers);
    for (let i = 0; i < this.#globals.length; i++) this.#globals[i]!.value = state.globals[i];
    this.#pages.value = state.pages;
    this.#table?.put(state.functions);
    this.#begin(limits, nextOperation, grants);
  }

  /** Makes room in the table for a component that is about to be instantiated. */
  reserveFunctions(count: number): void {
    this.#table?.reserve(count);
  }

  /** Runs a tenant's start-up code in what was switched to. @throws whatever ends it */
  startTenant(tenant: { instantiate(runtime: WebAssembly.Instance): void }): void {
    try {
      tenant.instantiate(this.instance);
    } finally {
      this.#output.endLines();
    }
  }

  /** The next request of the tenant that is resident, on what its last one has left. */
  stay(limits: StepLimits, grants: OpenGrants): void {
    this.resident = null;
    this.#begin(limits, 1, grants);
  }

  /** The limit that the guest has met since the switch; its failure, if it fails, is put down to it. */
  get limitHit(): LimitHit | null {
    return this.calls.limitHit ?? (this.#growRefused.value === 1 ? "memory" : null);
  }

  /** The runtime draws fresh random state by itself: what its image has of it is the same for every request. */
  start(glue: ResumableGlue, request: TenantRequest): Outcome {
    return this.#run(glue, (resumable) => resumable.start(request));
  }

  resume(glue: ResumableGlue, events: OperationEvent[]): Outcome {
    return this.#run(glue, (resumable) => resumable.resume(events));
  }

  /**
   * What memory and globals are now, as a delta on top of `layers`.
   *
   * @param layers those of the last switch, or fewer
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
  }

  #run(glue: ResumableGlue, step: (resumable: HttpResumable) => Outcome): Outcome {
    let resumable = this.#resumables.get(glue);
    if (resumable === undefined) {
      resumable = glue.instantiate({ runtime: this.instance });
      this.#resumables.set(glue, resumable);
    }
    try {
      return step(resumable);
    } catch (error) {
      // A trap leaves the glue's own books (may-enter flags, task state) as they were in the middle of the call.
      this.#resumables.delete(glue);
      const said = this.#output.takeErrorOutput();
      // Who exits says why first: how it got to the exit is the host's business.
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

/** An error with the frames that are in WebAssembly: the others are the host's, with its paths. */
function guestStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? error.message).split("\n");
  return lines.filter((line) => !/^ +at /.test(line) || line.includes("wasm://")).join("\n");
}

function withReplaced(imports: WebAssembly.Imports, replacing: WebAssembly.Imports = {}): WebAssembly.Imports {
  for (const [from, values] of Object.entries(replacing)) imports[from] = { ...imports[from], ...values };
  return imports;
}

/** Imports that a runtime has and never calls here (Go's exit hook for browsers): whatever calls one ends its step. */
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

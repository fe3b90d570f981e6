/**
 * A slot for the tests of the SDK: a thin instance of a Go program whose memory is really switched, with a host of a few lines
 * around it.
 */

import {
  type BindingCall,
  type BindingReply,
  decodeCall,
  encodeError,
  encodeReply,
} from "../../../host/bindings/message.ts";
import { exposeGlobals } from "../../../host/component/write/rewrite-exports.ts";
import {
  growRefusedExport,
  pageLimitExport,
  pagesExport,
  thinModule,
} from "../../../host/component/write/thin-module.ts";
import { plinthError } from "../../../host/errors.ts";
import { BaseImage, type Delta, SlotMemory, WASM_PAGE_BYTES } from "../../../host/memory/index.ts";
import type { Outcome, TenantResponse } from "../../../host/protocol/contract.ts";
import type { JsonValue } from "../../../host/store/store.ts";
import { type Guest, liftOutcome, lowerEvents, lowerRequest, type TestEvent, type TestRequest } from "./lift.ts";
import { wasiImports } from "./wasi.ts";

export interface LogEntry {
  level: "debug" | "info" | "warn" | "error" | "stdout" | "stderr";
  text: string;
}

/** A state of the slot: layers over the base image, globals, and the size of the memory in wasm pages. */
export interface State {
  layers: readonly Delta[];
  globals: readonly (number | bigint)[];
  pages: number;
}

const levels = ["debug", "info", "warn", "error"] as const;
/** Of a slot, in wasm pages: 256 MiB. */
const PAGE_LIMIT = 4096;
const start = "plinth:http/resumable@0.1.0#start";
const resume = "plinth:http/resumable@0.1.0#resume";

type Exports = Record<string, (...values: number[]) => number>;

export class GoSlot {
  /** After `_initialize`: no tenant's code has run. */
  readonly base: State;
  /** After main. */
  readonly image: State;
  logs: LogEntry[] = [];
  /** Timers that are outstanding, by operation: when they end on the clock below, ms. */
  timers = new Map<number, number>();
  /** Calls of bindings that are outstanding, by operation. */
  calls = new Map<number, BindingCall>();
  /** Operations that the program has given up. */
  cancelled: number[] = [];
  /** Answers calls of bindings at once, or throws the error that they give; null makes of a call an operation. */
  answer: (call: BindingCall) => BindingReply | null = () => {
    throw plinthError("PLINTH_BINDING_TOO_EARLY");
  };
  /** What requests find in their environment, vars and secrets; the start-up finds that of the constructor. */
  environment: Readonly<Record<string, JsonValue>>;
  /** Every timer_start since the slot was made. */
  timersStarted = 0;
  /** The host's clocks: Unix time and monotonic, ns. They go on by themselves, and by what is added to `ahead`. */
  ahead = 0n;
  monotonicOrigin = process.hrtime.bigint() - 1_000_000_000n;
  memory: SlotMemory;
  readonly exports: Exports;
  readonly #wasmMemory: WebAssembly.Memory;
  readonly #globals: WebAssembly.Global[];
  #current: WebAssembly.Memory;
  #operations = 0;
  /** The frame that the program may take. */
  #reply: Uint8Array | null = null;

  /**
   * Starts the runtime, then the program, and captures both.
   *
   * @param options.mayWait whether the host lets a start-up block the thread
   * @throws Error with what the program wrote, if its start-up fails
   */
  constructor(
    program: Uint8Array,
    options: { environment?: Readonly<Record<string, JsonValue>>; mayWait?: boolean } = {},
  ) {
    const { environment = {}, mayWait = true } = options;
    this.environment = environment;
    const memoryImport = { module: "plinth:host", name: "memory" };
    const thin = thinModule(program, { memoryImport });
    const full = exposeGlobals(program);
    const module = new WebAssembly.Module(full.bytes);
    const imports = this.#imports(module);
    const nosys = 52;
    if (!mayWait) imports.wasi_snapshot_preview1!.poll_oneoff = () => nosys;
    const instance = new WebAssembly.Instance(module, imports);
    const exports = instance.exports as unknown as Exports & { memory: WebAssembly.Memory };
    this.#current = exports.memory;
    exports._initialize!();
    const globalOf = (from: object, name: string) => (from as Record<string, WebAssembly.Global>)[name]!;
    const globals = full.globals.map(({ exportName }) => globalOf(exports, exportName).value as number | bigint);
    const base = BaseImage.create(new Uint8Array(exports.memory.buffer), { extendBytes: 8 << 20 });
    this.base = { layers: [], globals, pages: exports.memory.buffer.byteLength / WASM_PAGE_BYTES };

    this.#wasmMemory = new WebAssembly.Memory({ initial: base.byteLength / WASM_PAGE_BYTES, maximum: 65_536 });
    this.#current = this.#wasmMemory;
    this.memory = new SlotMemory(this.#wasmMemory, base);
    const slot = new WebAssembly.Instance(new WebAssembly.Module(thin.bytes), {
      ...imports,
      "plinth:host": { ...imports["plinth:host"], memory: this.#wasmMemory },
    });
    this.exports = slot.exports as unknown as Exports;
    this.#globals = full.globals.map(({ exportName }) => globalOf(slot.exports, exportName));
    globalOf(slot.exports, pageLimitExport).value = PAGE_LIMIT;
    this.restore(this.base);
    this.#offerEnvironment();
    try {
      this.exports["plinth:main"]!();
    } catch (error) {
      throw new Error(this.logs.map(({ text }) => text).join(""), { cause: error });
    }
    this.image = this.capture([]);
    this.restore(this.image);
  }

  #imports(module: WebAssembly.Module): WebAssembly.Imports {
    const imported = WebAssembly.Module.imports(module).filter((entry) => entry.module === "wasi_snapshot_preview1");
    const wasi = wasiImports(
      {
        memory: () => this.#current,
        wallNanos: () => BigInt(Date.now()) * 1_000_000n + this.ahead,
        monotonicNanos: () => this.#monotonic(),
        environment: () => [],
        write: (descriptor, text) => void this.logs.push({ level: descriptor === 1 ? "stdout" : "stderr", text }),
      },
      imported.map(({ name }) => name),
    );
    const host = {
      log: (level: number, at: number, length: number) =>
        void this.logs.push({
          level: levels[level]!,
          text: new TextDecoder().decode(new Uint8Array(this.#current.buffer, at >>> 0, length)),
        }),
      timer_start: (ms: number) => {
        this.timersStarted++;
        this.timers.set(++this.#operations, this.now() + ms);
        return this.#operations;
      },
      timer_cancel: (operation: number) => {
        this.cancelled.push(operation);
        this.timers.delete(operation);
        this.calls.delete(operation);
      },
      call: (at: number, length: number) => this.#call(new Uint8Array(this.#current.buffer, at >>> 0, length).slice()),
      reply_size: () => this.#reply?.length ?? 0,
      reply_take: (at: number) => {
        new Uint8Array(this.#current.buffer).set(this.#reply!, at >>> 0);
        this.#reply = null;
      },
    };
    return { wasi_snapshot_preview1: wasi, "plinth:host": host };
  }

  #call(frame: Uint8Array): number {
    const call = decodeCall(frame);
    try {
      const reply = this.answer(call);
      this.#reply = reply === null ? null : encodeReply(reply);
    } catch (error) {
      this.#reply = encodeError(error);
    }
    if (this.#reply !== null) return 0;
    this.calls.set(++this.#operations, call);
    return this.#operations;
  }

  /** As a host: nothing where there is nothing. */
  #offerEnvironment(): void {
    const vars = this.environment;
    this.#reply = Object.keys(vars).length === 0 ? null : encodeReply({ value: { vars, kv: [] } });
  }

  #monotonic(): bigint {
    return process.hrtime.bigint() - this.monotonicOrigin + this.ahead;
  }

  /** The monotonic clock, ms. */
  now(): number {
    return Number(this.#monotonic()) / 1e6;
  }

  restore(state: State): void {
    this.memory.switchTo(state.layers);
    for (const [i, global] of this.#globals.entries()) global.value = state.globals[i];
    this.#named(pagesExport).value = state.pages;
    this.#named(growRefusedExport).value = 0;
    this.timers = new Map();
    this.calls = new Map();
    this.cancelled = [];
    this.#reply = null;
  }

  capture(layers: readonly Delta[]): State {
    const pages = this.#named(pagesExport).value as number;
    const delta = this.memory.capture(layers, { wasmPages: pages });
    return { layers: [...layers, delta], globals: this.#globals.map(({ value }) => value as number | bigint), pages };
  }

  /** The memory's bytes, as they are. */
  raw(): Uint8Array {
    return new Uint8Array(this.#wasmMemory.buffer);
  }

  #named(name: string): WebAssembly.Global {
    return (this.exports as unknown as Record<string, WebAssembly.Global>)[name]!;
  }

  /** The first step of a request, in memory as it is. */
  start(request: TestRequest = {}): Outcome {
    this.#offerEnvironment();
    const address = this.exports[start]!(...lowerRequest(this.#guest, request));
    return liftOutcome(this.#guest, address);
  }

  /** Ends operations: timers by their numbers, calls by what they give. */
  resume(ended: readonly (number | TestEvent)[]): Outcome {
    const events = ended.map((event) => (typeof event === "number" ? { operation: event } : event));
    for (const { operation } of events) {
      this.timers.delete(operation);
      this.calls.delete(operation);
    }
    const address = this.exports[resume]!(...lowerEvents(this.#guest, events));
    return liftOutcome(this.#guest, address);
  }

  /**
   * Restores the image and steps until nothing is pending, the clocks going on to whatever is waited for.
   *
   * @throws Error where the request fails
   */
  serve(request: TestRequest = {}): TenantResponse & { steps: number } {
    this.restore(this.image);
    let outcome = this.start(request);
    let early: TenantResponse | undefined;
    for (let steps = 1; steps < 10_000; steps++) {
      if (outcome.tag === "failed" || outcome.tag === "stuck") throw new Error(outcome.val);
      if (outcome.tag === "response") return { ...outcome.val, steps };
      if (outcome.tag === "done" && early !== undefined) return { ...early, steps };
      if (outcome.tag === "early-response") early = outcome.val;
      outcome = this.resume([this.skipToTimer()]);
    }
    throw new Error("the request does not end");
  }

  /** Puts the clocks to the end of the next timer. */
  skipToTimer(): number {
    const [next] = [...this.timers].sort((a, b) => a[1] - b[1]);
    if (next === undefined) throw new Error("pending with no operation");
    this.ahead += BigInt(Math.max(Math.ceil((next[1] - this.now()) * 1e6), 0));
    return next[0];
  }

  get #guest(): Guest {
    return { memory: this.#current, realloc: this.exports.cabi_realloc as Guest["realloc"] };
  }
}

export const bodyText = (response: TenantResponse): string => new TextDecoder().decode(response.body);

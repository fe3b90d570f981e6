/**
 * A slot for the tests of the SDK: a thin instance of a Go program whose memory is really switched, with a host of a few lines
 * around it.
 */
import { exposeGlobals } from "../../../host/component/rewrite-exports.ts";
import { growRefusedExport, pageLimitExport, pagesExport, thinModule } from "../../../host/component/thin-module.ts";
import type { HeaderField, Outcome, TenantRequest, TenantResponse } from "../../../host/contract.ts";
import { BaseImage, type Delta, SlotMemory, WASM_PAGE_BYTES } from "../../../host/memory/index.ts";
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
const encode = (text: string) => new TextEncoder().encode(text);
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

  constructor(program: Uint8Array, { pageLimit = 4096, extendBytes = 8 << 20 } = {}) {
    const memoryImport = { module: "plinth:host", name: "memory" };
    const thin = thinModule(program, { memoryImport });
    const full = exposeGlobals(program);
    const module = new WebAssembly.Module(full.bytes);
    const imports = this.#imports(module);
    const instance = new WebAssembly.Instance(module, imports);
    const exports = instance.exports as unknown as Exports & { memory: WebAssembly.Memory };
    this.#current = exports.memory;
    exports._initialize!();
    const globalOf = (from: object, name: string) => (from as Record<string, WebAssembly.Global>)[name]!;
    const globals = full.globals.map(({ exportName }) => globalOf(exports, exportName).value as number | bigint);
    const base = BaseImage.create(new Uint8Array(exports.memory.buffer), { extendBytes });
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
    globalOf(slot.exports, pageLimitExport).value = pageLimit;
    this.restore(this.base);
    this.exports["plinth:main"]!();
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
        write: (descriptor, text) => void this.logs.push({ level: descriptor === 1 ? "stdout" : "stderr", text }),
      },
      imported.map(({ name }) => name),
    );
    const host = {
      log: (level: number, at: number, length: number) =>
        void this.logs.push({ level: levels[level]!, text: this.#text(at, length) }),
      timer_start: (ms: number) => {
        this.timersStarted++;
        this.timers.set(++this.#operations, this.now() + ms);
        return this.#operations;
      },
      timer_cancel: (operation: number) => void this.timers.delete(operation),
    };
    return { wasi_snapshot_preview1: wasi, "plinth:host": host };
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
  start(request: Partial<Omit<TenantRequest, "body">> & { body?: Uint8Array | string } = {}): Outcome {
    const { method = "GET", uri = "http://tenant.localhost/", headers = [], body = new Uint8Array(0) } = request;
    const pieces = headers.flatMap(([name, value]) => [...this.#put(encode(name)), ...this.#put(value)]);
    const [list] = this.#put(new Uint8Array(new Uint32Array(pieces).buffer), 4);
    const content = typeof body === "string" ? encode(body) : body;
    const values = [
      ...this.#put(encode(method)),
      ...this.#put(encode(uri)),
      list,
      headers.length,
      ...this.#put(content),
    ];
    return this.#outcome(this.exports[start]!(...values));
  }

  /** Ends operations. */
  resume(operations: Iterable<number>): Outcome {
    const events = [...operations];
    const entries = new Uint32Array(events.flatMap((operation) => [operation, 0, 0, 0]));
    const [list] = this.#put(new Uint8Array(entries.buffer), 4);
    for (const operation of events) this.timers.delete(operation);
    return this.#outcome(this.exports[resume]!(list, events.length));
  }

  /**
   * Restores the image and steps until nothing is pending, the clocks going on to whatever is waited for.
   *
   * @throws Error where the request fails
   */
  serve(request: Parameters<GoSlot["start"]>[0] = {}): TenantResponse & { steps: number } {
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

  #put(bytes: Uint8Array, align = 1): [number, number] {
    const at = this.exports.cabi_realloc!(0, 0, align, bytes.length) >>> 0;
    new Uint8Array(this.#current.buffer).set(bytes, at);
    return [at, bytes.length];
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#current.buffer, at, length).slice();
  }

  #text(at: number, length: number): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.#bytes(at, length));
  }

  /** Lifts an outcome as the canonical ABI lays it out. */
  #outcome(address: number): Outcome {
    const at = address >>> 0;
    const view = new DataView(this.#current.buffer);
    const word = (offset: number) => view.getUint32(at + offset, true);
    switch (view.getUint8(at)) {
      case 0:
      case 1: {
        const headers: HeaderField[] = [];
        for (let entry = word(8), end = entry + word(12) * 16; entry < end; entry += 16) {
          const field = (offset: number) => view.getUint32(entry + offset, true);
          headers.push([this.#text(field(0), field(4)), this.#bytes(field(8), field(12))]);
        }
        const val = { status: view.getUint16(at + 4, true), headers, body: this.#bytes(word(16), word(20)) };
        return { tag: view.getUint8(at) === 0 ? "response" : "early-response", val };
      }
      case 2:
        return { tag: "pending" };
      case 3:
        return { tag: "done" };
      case 4:
        return { tag: "failed", val: this.#text(word(4), word(8)) };
      default:
        return { tag: "stuck", val: this.#text(word(4), word(8)) };
    }
  }
}

export const bodyText = (response: TenantResponse): string => new TextDecoder().decode(response.body);

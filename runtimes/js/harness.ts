/**
 * A host of a few lines for the tests of the runtime: one slot over the built package, whose memory is restored by copying. The
 * real host (host/worker) does the same with copy-on-write mappings, and calls through jco's glue.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BindingCall, decodeCall } from "../../host/bindings/message.ts";
import { pageLimitExport, pagesExport } from "../../host/component/write/thin-module.ts";
import type { HeaderField, Outcome, TenantRequest, TenantResponse } from "../../host/protocol/contract.ts";
import { type RuntimeManifest, readManifest } from "../../host/runtime/manifest.ts";
import { buildRuntime, packageFolder } from "./build.ts";

export interface LogEntry {
  level: "debug" | "info" | "warn" | "error";
  text: string;
}

/** A state of a slot: memory to its last page in use, globals, and the size of the memory in wasm pages. */
export interface Snapshot {
  memory: Uint8Array;
  globals: number[];
}

const levels = ["debug", "info", "warn", "error"] as const;
const pageBytes = 65_536;

export interface Package {
  manifest: RuntimeManifest;
  thin: Uint8Array;
  image: Uint8Array;
}

export async function builtPackage(): Promise<Package> {
  await buildRuntime();
  const read = (path: string) => readFileSync(join(packageFolder, path));
  const manifest = readManifest(JSON.parse(read("runtime.json").toString()));
  return { manifest, thin: read(manifest.files.thin.path), image: read(manifest.files.image.path) };
}

export class Slot {
  readonly base: Snapshot;
  readonly logs: LogEntry[] = [];
  /** Timers that the last step began, by operation. */
  readonly timers = new Map<number, number>();
  /** Calls of bindings that wait for their reply, by operation. */
  readonly calls = new Map<number, BindingCall>();
  /** Answers a call at once, or lets it wait (null). */
  answer: (call: BindingCall) => Uint8Array | null = () => null;
  /** What the request finds as its environment, a reply's frame. */
  environment: Uint8Array | null = null;
  /** ms that the clocks of the guest are ahead. */
  clock = 0;
  /** Polls of the interrupt check until it says stop; the engine asks every 10,000 steps or so. */
  patience = Number.POSITIVE_INFINITY;
  /** Wasm pages that the tenant may have. */
  pageLimit: number;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: WebAssembly.Exports;
  readonly #globals: WebAssembly.Global<"i32">[];
  #operations = 0;
  #reply: Uint8Array | null = null;

  static async make(): Promise<Slot> {
    return new Slot(await builtPackage());
  }

  constructor({ manifest, thin, image }: Package) {
    const { initialPages, maximumPages } = manifest.memory;
    this.#memory = new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages });
    this.pageLimit = maximumPages;
    const module = new WebAssembly.Module(thin as Uint8Array<ArrayBuffer>);
    this.#exports = new WebAssembly.Instance(module, {
      "plinth:host": { memory: this.#memory, ...this.#host() },
    }).exports;
    this.#globals = manifest.globals.map((global) => this.#exports[global.export] as WebAssembly.Global<"i32">);
    this.base = { memory: image, globals: manifest.globals.map(({ value }) => Number(value)) };
    this.restore(this.base);
  }

  #host(): Record<string, (...values: number[]) => unknown> {
    return {
      now: () => 1_700_000_000_000 + this.clock,
      monotonic: () => 5_000 + this.clock,
      random: (at: number, length: number) => {
        const bytes = new Uint8Array(this.#memory.buffer, at, length);
        for (let i = 0; i < length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536));
      },
      log: (level: number, at: number, length: number) =>
        void this.logs.push({ level: levels[level]!, text: this.#text(at, length) }),
      interrupted: () => Number(--this.patience < 0),
      timer_start: (ms: number) => {
        this.timers.set(++this.#operations, ms);
        return this.#operations;
      },
      timer_cancel: (operation: number) => this.timers.delete(operation) || this.calls.delete(operation),
      call: (at: number, length: number) => {
        const frame = this.#bytes(at, length);
        this.#reply = this.answer(decodeCall(frame));
        if (this.#reply !== null) return 0;
        this.calls.set(++this.#operations, decodeCall(frame));
        return this.#operations;
      },
      reply_size: () => this.#reply?.length ?? 0,
      reply_take: (at: number) => {
        new Uint8Array(this.#memory.buffer).set(this.#reply!, at);
        this.#reply = null;
      },
    };
  }

  /** Puts memory and globals back; what lies beyond reads zero. */
  restore(snapshot: Snapshot): void {
    const bytes = new Uint8Array(this.#memory.buffer);
    bytes.set(snapshot.memory);
    bytes.fill(0, snapshot.memory.length);
    this.#globals.forEach((global, i) => {
      global.value = snapshot.globals[i]!;
    });
    (this.#exports[pageLimitExport] as WebAssembly.Global<"i32">).value = this.pageLimit;
    this.timers.clear();
    this.calls.clear();
  }

  capture(): Snapshot {
    const pages = (this.#exports[pagesExport] as WebAssembly.Global<"i32">).value;
    return {
      memory: new Uint8Array(this.#memory.buffer, 0, pages * pageBytes).slice(),
      globals: this.#globals.map((global) => global.value),
    };
  }

  /** Loads a tenant's module over the base image and captures the tenant's image. @throws Error with what was logged */
  load(source: string): Snapshot {
    this.restore(this.base);
    const [at, length] = this.#put(new TextEncoder().encode(source));
    if (this.#call("load", at, length) !== 0) throw new Error(this.logs.at(-1)?.text);
    return this.capture();
  }

  start(request: Partial<TenantRequest> = {}): Outcome {
    const { method = "GET", uri = "http://tenant.localhost/", headers = [], body = new Uint8Array(0) } = request;
    const encode = (text: string) => new TextEncoder().encode(text);
    const pieces = headers.flatMap(([name, value]) => [...this.#put(encode(name)), ...this.#put(value)]);
    const [list] = this.#put(new Uint8Array(new Uint32Array(pieces).buffer));
    this.#reply = this.environment;
    const values = [...this.#put(encode(method)), ...this.#put(encode(uri)), list, headers.length, ...this.#put(body)];
    return this.#outcome(this.#call("plinth:http/resumable@0.1.0#start", ...values));
  }

  /** Ends operations: successfully, timers with nothing to give, calls with a reply. */
  resume(operations: Iterable<number>, replies: ReadonlyMap<number, Uint8Array> = new Map()): Outcome {
    const events = [...operations];
    const entries = events.flatMap((operation) => {
      const reply = replies.get(operation);
      return [operation, 0, ...(reply === undefined ? [0, 0] : this.#put(reply))];
    });
    const [list] = this.#put(new Uint8Array(new Uint32Array(entries).buffer));
    for (const operation of events) {
      this.timers.delete(operation);
      this.calls.delete(operation);
    }
    return this.#outcome(this.#call("plinth:http/resumable@0.1.0#resume", list, events.length));
  }

  /** Steps until nothing is pending, the clock going on to whatever is waited for. The response, if it is not failed. */
  run(request: Partial<TenantRequest> = {}): TenantResponse {
    let outcome = this.start(request);
    let early: TenantResponse | undefined;
    for (let step = 0; step < 1000; step++) {
      switch (outcome.tag) {
        case "response":
          return outcome.val;
        case "failed":
        case "stuck":
          throw new Error(outcome.val);
        case "done":
          if (early) return early;
          throw new Error("done without a response");
        case "early-response":
          early = outcome.val;
          break;
      }
      const [next] = [...this.timers].sort((a, b) => a[1] - b[1]);
      if (!next) throw new Error("pending with no operation");
      this.clock += next[1];
      outcome = this.resume([next[0]]);
    }
    throw new Error("the request does not end");
  }

  /** Loads a module and runs one request. */
  serve(source: string, request: Partial<TenantRequest> = {}): TenantResponse {
    this.restore(this.load(source));
    return this.run(request);
  }

  #call(name: string, ...values: number[]): number {
    return (this.#exports[name] as (...values: number[]) => number)(...values);
  }

  #put(bytes: Uint8Array): [number, number] {
    const at = this.#call("cabi_realloc", 0, 0, 4, bytes.length);
    new Uint8Array(this.#memory.buffer).set(bytes, at);
    return [at, bytes.length];
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, at, length).slice();
  }

  #text(at: number, length: number): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.#bytes(at, length));
  }

  /** Lifts an outcome as the canonical ABI lays it out. */
  #outcome(at: number): Outcome {
    const view = new DataView(this.#memory.buffer);
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

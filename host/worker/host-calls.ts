/**
 * The `plinth:host` imports of a runtime, which a guest can call in the middle of a step. They take raw pointers into the
 * slot's linear memory, because a runtime's own imports lie below the component's canonical ABI.
 */
import { randomFillSync } from "node:crypto";
import type { OpenGrants } from "../bindings/open-grants.ts";
import { openNothing, type WorkerBindings } from "../bindings/worker-bindings.ts";
import { WASM_PAGE_BYTES } from "../memory/index.ts";
import { LOG_LINE_BYTES, type LogLine } from "../protocol/log-line.ts";
import type { LimitHit, StepLimits } from "../protocol/slot-step.ts";
import { type Clocks, machineClocks } from "./clocks.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/**
 * Random bytes come from the kernel in blocks: a request needs 16 to 64 of them, and the call costs more than the bytes.
 */
const ENTROPY_BLOCK = 4096;

const decoder = new TextDecoder();

export class HostCalls {
  readonly #memory: WebAssembly.Memory;
  readonly #clocks: Clocks;
  readonly #entropy = new Uint8Array(ENTROPY_BLOCK);
  #entropyUsed = ENTROPY_BLOCK;
  #limits: StepLimits = NO_LIMITS;
  #logBytes = 0;
  #earlierOperations = 0;
  readonly #bindings: WorkerBindings;
  #open: OpenGrants = openNothing;
  /** The reply that the guest may take with `reply_take`. */
  #reply: Uint8Array | null = null;

  /** Calls for the main thread to answer: frames by operation. */
  calls = new Map<number, Uint8Array<ArrayBuffer>>();
  /**
   * Bytes of the frames that this step has copied. Frames of cancelled calls count, too, because the collector may not
   * have freed them yet.
   */
  #callBytes = 0;
  timers = new Map<number, number>();
  readonly #cancelled = new Set<number>();
  logs: LogLine[] = [];
  logsDropped = 0;
  nextOperation = 1;
  limitHit: LimitHit | null = null;

  constructor(memory: WebAssembly.Memory, bindings: WorkerBindings, clocks: Clocks = machineClocks) {
    this.#memory = memory;
    this.#bindings = bindings;
    this.#clocks = clocks;
  }

  /**
   * Starts the account of a step.
   *
   * @param bindings the grants of the step's tenant. In the first step of a request the guest takes its environment as a
   * reply
   */
  begin(limits: StepLimits, nextOperation: number, bindings: OpenGrants): void {
    this.#limits = limits;
    this.#open = bindings;
    this.#reply = nextOperation === 1 ? bindings.environment : null;
    this.#clocks.stepCpu.begin();
    this.#logBytes = 0;
    this.#earlierOperations = nextOperation;
    this.timers = new Map();
    this.calls = new Map();
    this.#callBytes = 0;
    this.#cancelled.clear();
    this.logs = [];
    this.logsDropped = 0;
    this.nextOperation = nextOperation;
    this.limitHit = null;
  }

  /** Operations of earlier steps that the guest has cancelled in this step, each once. */
  get cancelled(): number[] {
    return [...this.#cancelled];
  }

  /** Ends the step's account. @returns its CPU time, ms */
  endCpuMs(): number {
    return this.#clocks.stepCpu.end();
  }

  /** The import object's `plinth:host` entry. */
  readonly imports = {
    now: (): number => this.#clocks.now(),
    monotonic: (): number => Number(this.#clocks.monotonicNs()) / 1e6,

    random: (pointer: number, length: number): void => this.random(this.#bytes(pointer, length)),

    log: (level: number, pointer: number, length: number): void => {
      const bytes = this.#bytes(pointer, length);
      if (this.#roomFor(bytes.length)) this.#push(LEVELS[level] ?? "info", "console", decoder.decode(bytes));
    },

    interrupted: (): number => {
      if (this.#clocks.stepCpu.usedMs() < this.#limits.cpuMs) return 0;
      this.limitHit = "cpu";
      return 1;
    },

    timer_start: (ms: number): number => {
      const operation = this.#beginOperation();
      this.timers.set(operation, Number.isFinite(ms) && ms > 0 ? ms : 0);
      return operation;
    },

    timer_cancel: (operation: number): void => {
      if (this.timers.delete(operation) || this.calls.delete(operation)) return;
      if (operation > 0 && operation < this.#earlierOperations) this.#cancelled.add(operation);
    },

    call: (pointer: number, length: number): number => {
      const frame = this.#bytes(pointer, length);
      this.#reply = this.#bindings.answer(frame, this.#open.grants);
      if (this.#reply !== null) return 0;
      this.#callBytes += frame.length;
      // The host keeps a copy of each frame, and a program can free a frame or pass the same one many times.
      if (this.#callBytes > this.#limits.memoryPages * WASM_PAGE_BYTES) {
        this.limitHit = "memory";
        throw new Error("the calls of a step hold more bytes than the program's memory may");
      }
      const operation = this.#beginOperation();
      this.calls.set(operation, frame.slice());
      return operation;
    },

    limit: (which: number): number =>
      which === 0 ? this.#limits.memoryPages * WASM_PAGE_BYTES : this.#limits.responseBodyBytes,

    reply_size: (): number => this.#reply?.length ?? 0,

    reply_take: (pointer: number): void => {
      if (this.#reply === null) return;
      this.#bytes(pointer, this.#reply.length).set(this.#reply);
      this.#reply = null;
    },
  };

  /** Fills a view of the memory with random bytes. */
  random(target: Uint8Array<ArrayBuffer>): void {
    const { length } = target;
    if (length > ENTROPY_BLOCK / 4) {
      randomFillSync(target);
      return;
    }
    if (this.#entropyUsed + length > ENTROPY_BLOCK) {
      randomFillSync(this.#entropy);
      this.#entropyUsed = 0;
    }
    target.set(this.#entropy.subarray(this.#entropyUsed, this.#entropyUsed + length));
    // The bytes that one tenant got must not stay in the block while the next one runs.
    this.#entropy.fill(0, this.#entropyUsed, this.#entropyUsed + length);
    this.#entropyUsed += length;
  }

  /** Logs a line of standard output or standard error. */
  addLine(level: LogLine["level"], message: string): void {
    if (this.#roomFor(message.length)) this.#push(level, "output", message);
  }

  /** Takes lines out of the log, so that they can be shown elsewhere. @returns their text */
  takeLines(which: (line: LogLine) => boolean): string {
    const taken = this.logs.filter(which);
    this.logs = this.logs.filter((line) => !which(line));
    return taken.map(({ message }) => message).join("\n");
  }

  #beginOperation(): number {
    if (this.timers.size + this.calls.size >= this.#limits.operations) {
      this.limitHit = "operations";
      throw new Error("more operations outstanding than a request may have");
    }
    return this.nextOperation++;
  }

  /** Counts a line's bytes against the step's limit, or counts the line as dropped. */
  #roomFor(textBytes: number): boolean {
    const bytes = textBytes + LOG_LINE_BYTES;
    if (this.#logBytes + bytes > this.#limits.logBytes) {
      this.logsDropped++;
      return false;
    }
    this.#logBytes += bytes;
    return true;
  }

  #push(level: LogLine["level"], source: LogLine["source"], message: string): void {
    this.logs.push({ time: Date.now(), level, source, message });
  }

  /** A view of the memory. @throws RangeError if the range leaves the memory; the step then ends as with a trap */
  #bytes(pointer: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer as ArrayBuffer, pointer >>> 0, length >>> 0);
  }
}

const NO_LIMITS: StepLimits = {
  cpuMs: 0,
  hardMs: 0,
  memoryPages: 0,
  responseBodyBytes: 0,
  logBytes: 0,
  operations: 0,
};

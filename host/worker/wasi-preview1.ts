/**
 * WASI preview 1 for a language runtime in a slot (Go's): clocks, random numbers, and two outputs that are the tenant's log.
 * No arguments, no environment, no files: everything else answers ENOSYS.
 *
 * Source of names, types and numbers: WASI preview 1, witx/wasi_snapshot_preview1.witx.
 */

import type { LogLine } from "../protocol/log-line.ts";
import type { HostCalls } from "./host-calls.ts";

const SUCCESS = 0;
const BADF = 8;
const NOSYS = 52;

/** A line without an end is cut here, in bytes; the log has a limit of its own. */
const LONGEST_LINE = 16_384;

/** Out of `proc_exit`: ends the step. */
export class GuestExit extends Error {
  constructor(code: number) {
    super(`the program has exited with status ${code}`);
    this.name = "GuestExit";
  }
}

export class WasiPreview1 {
  readonly #memory: WebAssembly.Memory;
  readonly #calls: HostCalls;
  /** What stdout and stderr hold of a line that has not ended. */
  #partial: [string, string] = ["", ""];
  readonly #errorLines = new Set<LogLine>();
  readonly #decoders = [new TextDecoder(), new TextDecoder()];

  constructor(memory: WebAssembly.Memory, calls: HostCalls) {
    this.#memory = memory;
    this.#calls = calls;
  }

  /** The import object's `wasi_snapshot_preview1` for a module. */
  importsOf(module: WebAssembly.Module): Record<string, unknown> {
    const functions: Record<string, unknown> = this.#functions;
    const wanted = WebAssembly.Module.imports(module).filter(({ module: from }) => from === "wasi_snapshot_preview1");
    return Object.fromEntries(wanted.map(({ name }) => [name, functions[name] ?? (() => NOSYS)]));
  }

  /**
   * What the step has written to standard error, out of the log: language runtimes tell there, over many lines, why they
   * trap.
   */
  takeErrorOutput(): string {
    this.endLines();
    return this.#calls.takeLines((line) => this.#errorLines.has(line));
  }

  /** Starts a step. */
  begin(): void {
    this.#errorLines.clear();
  }

  /** Forgets what a step has left of a line, after logging it. */
  endLines(): void {
    for (const output of [0, 1] as const) {
      const rest = this.#partial[output] + this.#decoders[output]!.decode();
      if (rest !== "") this.#line(output, rest);
    }
    this.#partial = ["", ""];
  }

  readonly #functions = {
    args_sizes_get: (count: number, size: number): number => this.#zeros(count, size),
    args_get: (): number => SUCCESS,
    environ_sizes_get: (count: number, size: number): number => this.#zeros(count, size),
    environ_get: (): number => SUCCESS,
    clock_time_get: (clock: number, _precision: bigint, at: number): number => {
      const now = clock === 0 ? BigInt(Date.now()) * 1_000_000n : process.hrtime.bigint();
      this.#view().setBigUint64(at >>> 0, now, true);
      return SUCCESS;
    },
    random_get: (at: number, length: number): number => {
      this.#calls.imports.random(at, length);
      return SUCCESS;
    },
    fd_write: (descriptor: number, list: number, count: number, written: number): number => {
      if (descriptor !== 1 && descriptor !== 2) return BADF;
      const view = this.#view();
      let sum = 0;
      for (let i = 0; i < count >>> 0; i++) {
        const entry = (list >>> 0) + i * 8;
        const length = view.getUint32(entry + 4, true);
        this.#write(
          (descriptor - 1) as 0 | 1,
          new Uint8Array(this.#memory.buffer, view.getUint32(entry, true), length),
        );
        sum += length;
      }
      view.setUint32(written >>> 0, sum, true);
      return SUCCESS;
    },
    // The outputs are character devices that can be written; there is nothing else.
    fd_fdstat_get: (descriptor: number, at: number): number => {
      if (descriptor > 2) return BADF;
      new Uint8Array(this.#memory.buffer, at >>> 0, 24).fill(0);
      this.#view().setUint8(at >>> 0, 2);
      this.#view().setBigUint64((at >>> 0) + 8, 0x1fff_ffffn, true);
      return SUCCESS;
    },
    fd_fdstat_set_flags: (descriptor: number): number => (descriptor > 2 ? BADF : SUCCESS),
    fd_prestat_get: (): number => BADF,
    sched_yield: (): number => SUCCESS,
    proc_exit: (code: number): never => {
      throw new GuestExit(code);
    },
  };

  #write(output: 0 | 1, bytes: Uint8Array): void {
    // Without its end a line could grow without bound; what is over the log's limit is dropped there.
    const lines = (this.#partial[output] + this.#decoders[output]!.decode(bytes, { stream: true })).split("\n");
    this.#partial[output] = lines.pop()!;
    for (const line of lines) this.#line(output, line);
    if (this.#partial[output].length > LONGEST_LINE) {
      this.#line(output, this.#partial[output]);
      this.#partial[output] = "";
    }
  }

  #line(output: 0 | 1, text: string): void {
    this.#calls.addLine(output === 0 ? "info" : "error", text);
    const line = this.#calls.logs.at(-1);
    if (output === 1 && line?.message === text) this.#errorLines.add(line);
  }

  #zeros(first: number, second: number): number {
    this.#view().setUint32(first >>> 0, 0, true);
    this.#view().setUint32(second >>> 0, 0, true);
    return SUCCESS;
  }

  #view(): DataView {
    return new DataView(this.#memory.buffer);
  }
}

/** Turns standard output and standard error of the program in a slot into lines of the tenant's log. */
import type { LogLine } from "../protocol/log-line.ts";
import { writtenLevel } from "../protocol/written-level.ts";
import type { HostCalls } from "./host-calls.ts";

/** A line that does not end is cut at this length, in characters. The log has its own limit. */
const LONGEST_LINE = 16_384;

export class OutputLog {
  readonly #calls: HostCalls;
  /** The beginnings of lines that have not ended, of standard output and standard error. */
  #partial: [string, string] = ["", ""];
  readonly #errorLines = new Set<LogLine>();
  readonly #decoders = [new TextDecoder(), new TextDecoder()];

  constructor(calls: HostCalls) {
    this.#calls = calls;
  }

  /** Begins a step. */
  begin(): void {
    this.#errorLines.clear();
  }

  /** @param output 1 for standard output, 2 for standard error */
  write(output: 1 | 2, bytes: Uint8Array): void {
    const index = output === 1 ? 0 : 1;
    // A line that does not end must not grow without bound. The log drops the lines beyond its own limit.
    const lines = (this.#partial[index] + this.#decoders[index]!.decode(bytes, { stream: true })).split("\n");
    this.#partial[index] = lines.pop()!;
    for (const line of lines) this.#line(index, line);
    if (this.#partial[index].length > LONGEST_LINE) {
      this.#line(index, this.#partial[index]);
      this.#partial[index] = "";
    }
  }

  /**
   * Takes the step's lines of standard error out of the log. A language runtime writes there why it traps, over many
   * lines.
   */
  takeErrorOutput(): string {
    this.endLines();
    return this.#calls.takeLines((line) => this.#errorLines.has(line));
  }

  /** Logs and forgets the lines that a step has begun and not ended. */
  endLines(): void {
    for (const index of [0, 1] as const) {
      const rest = this.#partial[index] + this.#decoders[index]!.decode();
      if (rest !== "") this.#line(index, rest);
    }
    this.#partial = ["", ""];
  }

  #line(index: 0 | 1, text: string): void {
    const written = index === 0 ? undefined : writtenLevel(text);
    this.#calls.addLine(written ?? (index === 0 ? "info" : "error"), text);
    const line = this.#calls.logs.at(-1);
    // A line with a level comes from a logger, and is no part of the runtime's last words.
    if (index === 1 && written === undefined && line?.message === text) this.#errorLines.add(line);
  }
}

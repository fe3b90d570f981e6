import { StaticComponentError } from "./errors.ts";
import type { StaticHostCalls } from "./types.ts";
import { monotonicNs, sleepUntil } from "./waiting.ts";

/**
 * `wasi:io` for one instance: clock pollables that suspend the component's stack, an input that is at its end, outputs
 * that become lines of the tenant's log.
 */

/** A line of output is cut where it reaches this many characters without a line feed. */
const longestLogLine = 16_384;

/** How much of a stream's latest output is remembered, in characters: for the message of a trap. */
const rememberedOutput = 4_096;

/** Bytes that `check-write` allows at once. The host limits the log. */
const writePermit = 65_536n;

/** A pollable that is ready once the monotonic clock has reached `deadline` (ns), or at once if there is none. */
export class Pollable {
  readonly #calls: StaticHostCalls;
  readonly deadline: bigint;

  constructor(calls: StaticHostCalls, deadline = 0n) {
    this.#calls = calls;
    this.deadline = deadline;
  }

  ready(): boolean {
    return monotonicNs(this.#calls) >= this.deadline;
  }

  /** Suspends the stack (JSPI) until the deadline. */
  async block(): Promise<void> {
    await sleepUntil(this.#calls, this.deadline);
  }
}

/** `wasi:io/poll.poll`, of one pollable at least: suspends the stack until one is ready; the indexes of those that are. */
export async function poll(calls: StaticHostCalls, pollables: Pollable[]): Promise<Uint32Array> {
  let earliest = pollables[0]!.deadline;
  for (const { deadline } of pollables) if (deadline < earliest) earliest = deadline;
  await sleepUntil(calls, earliest);
  return Uint32Array.from(pollables.keys()).filter((index) => pollables[index]!.ready());
}

/** The error resource of `wasi:io/error`. None is ever made: streams close, they do not fail. */
export class IoError extends Error {
  toDebugString(): string {
    return this.message;
  }
}

/** An input stream at its end. */
export class InputStream {
  readonly #calls: StaticHostCalls;

  constructor(calls: StaticHostCalls) {
    this.#calls = calls;
  }

  read(_length: bigint): Uint8Array {
    return closed();
  }
  blockingRead(_length: bigint): Uint8Array {
    return closed();
  }
  skip(_length: bigint): bigint {
    return closed();
  }
  blockingSkip(_length: bigint): bigint {
    return closed();
  }
  subscribe(): Pollable {
    return new Pollable(this.#calls);
  }
}

/** An output stream that writes to the tenant's log. */
export class OutputStream {
  readonly #calls: StaticHostCalls;
  readonly #lines: LogLines;

  constructor(calls: StaticHostCalls, lines: LogLines) {
    this.#calls = calls;
    this.#lines = lines;
  }

  checkWrite(): bigint {
    return writePermit;
  }
  write(bytes: Uint8Array): void {
    this.#lines.write(bytes);
  }
  blockingWriteAndFlush(bytes: Uint8Array): void {
    this.#lines.write(bytes);
  }
  flush(): void {}
  blockingFlush(): void {}
  writeZeroes(length: bigint): void {
    // The canonical ABI lets the component name any u64 here; the permit bounds it.
    if (length > writePermit) throw new StaticComponentError("trap", "write-zeroes exceeds what check-write allowed.");
    this.#lines.write(new Uint8Array(Number(length)));
  }
  blockingWriteZeroesAndFlush(length: bigint): void {
    this.writeZeroes(length);
  }
  splice(_source: InputStream, _length: bigint): bigint {
    return closed();
  }
  blockingSplice(_source: InputStream, _length: bigint): bigint {
    return closed();
  }
  subscribe(): Pollable {
    return new Pollable(this.#calls);
  }
}

/** Bytes in, whole lines of the log out. */
export class LogLines {
  readonly #calls: Pick<StaticHostCalls, "log">;
  readonly #level: "info" | "error";
  readonly #decoder = new TextDecoder();
  #rest = "";
  #latest = "";

  constructor(calls: Pick<StaticHostCalls, "log">, level: "info" | "error") {
    this.#calls = calls;
    this.#level = level;
  }

  write(bytes: Uint8Array): void {
    // Copied by the decoder: the bytes may be a view of the component's memory.
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#latest = (this.#latest + text).slice(-rememberedOutput);
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) this.#calls.log(this.#level, line);
    while (this.#rest.length > longestLogLine) {
      this.#calls.log(this.#level, this.#rest.slice(0, longestLogLine));
      this.#rest = this.#rest.slice(longestLogLine);
    }
  }

  /** The last 4,096 characters that were written. */
  get latest(): string {
    return this.#latest.trim();
  }

  /** Logs the rest of a last line that has no line feed. */
  end(): void {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = "";
    if (rest !== "") this.#calls.log(this.#level, rest);
  }
}

/** `stream-error.closed` as jco's glue expects an error result: thrown. */
function closed(): never {
  throw { tag: "closed" };
}

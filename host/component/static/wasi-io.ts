import { writtenLevel } from "../../protocol/written-level.ts";
import { StaticComponentError } from "./errors.ts";
import type { Pending } from "./pending.ts";
import type { StaticHostCalls } from "./types.ts";
import { monotonicNs, untilAny } from "./waiting.ts";

/**
 * `wasi:io` for one instance: pollables that suspend the component's stack, inputs whose bytes are in memory, outputs that
 * become lines of the tenant's log or the bytes of a body.
 */

/** A line of output is cut after this many characters without a line feed. */
const longestLogLine = 16_384;

/** Characters of a stream's latest output that are remembered for the message of a trap. */
const rememberedOutput = 4_096;

/** Bytes that `check-write` allows at once. The host limits the log. */
const writePermit = 65_536n;

/** A pollable that is ready once the monotonic clock has reached a time (ns), or once work of the host is over. */
export class Pollable {
  readonly #calls: StaticHostCalls;
  readonly awaited: bigint | Pending<unknown>;

  constructor(calls: StaticHostCalls, awaited: bigint | Pending<unknown> = 0n) {
    this.#calls = calls;
    this.awaited = awaited;
  }

  ready(): boolean {
    const { awaited } = this;
    return typeof awaited === "bigint" ? monotonicNs(this.#calls) >= awaited : awaited.value !== undefined;
  }

  /** Suspends the stack (JSPI) until it is ready. */
  async block(): Promise<void> {
    await untilAny(this.#calls, [this]);
  }
}

/** `wasi:io/poll.poll`, of at least one pollable: suspends the stack until one is ready. @returns indexes of ready ones */
export async function poll(calls: StaticHostCalls, pollables: Pollable[]): Promise<Uint32Array> {
  await untilAny(calls, pollables);
  return Uint32Array.from(pollables.keys()).filter((index) => pollables[index]!.ready());
}

/** The error resource of `wasi:io/error`. None is ever made, because streams close and do not fail. */
export class IoError extends Error {
  toDebugString(): string {
    return this.message;
  }
}

/** An input stream whose bytes are all there. */
export class InputStream {
  readonly #calls: StaticHostCalls;
  #rest: Uint8Array;

  /** @param bytes the stream's bytes; if not given, the stream is at its end */
  constructor(calls: StaticHostCalls, bytes: Uint8Array = new Uint8Array(0)) {
    this.#calls = calls;
    this.#rest = bytes;
  }

  read(length: bigint): Uint8Array {
    if (this.#rest.length === 0) return closed();
    const bytes = this.#rest.subarray(0, length < this.#rest.length ? Number(length) : this.#rest.length);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes;
  }
  blockingRead(length: bigint): Uint8Array {
    return this.read(length);
  }
  skip(length: bigint): bigint {
    return BigInt(this.read(length).length);
  }
  blockingSkip(length: bigint): bigint {
    return this.skip(length);
  }
  subscribe(): Pollable {
    return new Pollable(this.#calls);
  }
}

/** Takes the bytes of an output stream. */
export interface Sink {
  /** @param bytes may be a view of the component's memory */
  write(bytes: Uint8Array): void;
}

/** An output stream that is never full. */
export class OutputStream {
  readonly #calls: StaticHostCalls;
  readonly #sink: Sink;

  constructor(calls: StaticHostCalls, sink: Sink) {
    this.#calls = calls;
    this.#sink = sink;
  }

  checkWrite(): bigint {
    return writePermit;
  }
  write(bytes: Uint8Array): void {
    this.#sink.write(bytes);
  }
  blockingWriteAndFlush(bytes: Uint8Array): void {
    this.#sink.write(bytes);
  }
  flush(): void {}
  blockingFlush(): void {}
  writeZeroes(length: bigint): void {
    // The canonical ABI lets the component name any u64 here; the permit bounds it.
    if (length > writePermit) throw new StaticComponentError("trap", "write-zeroes exceeds what check-write allowed.");
    this.#sink.write(new Uint8Array(Number(length)));
  }
  blockingWriteZeroesAndFlush(length: bigint): void {
    this.writeZeroes(length);
  }
  splice(source: InputStream, length: bigint): bigint {
    const bytes = source.read(length < writePermit ? length : writePermit);
    this.#sink.write(bytes);
    return BigInt(bytes.length);
  }
  blockingSplice(source: InputStream, length: bigint): bigint {
    return this.splice(source, length);
  }
  subscribe(): Pollable {
    return new Pollable(this.#calls);
  }
}

/** Makes whole lines of the log from bytes. */
export class LogLines implements Sink {
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
    // The decoder copies the bytes, which may be a view of the component's memory.
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#latest = (this.#latest + text).slice(-rememberedOutput);
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) this.#log(line);
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
    if (rest !== "") this.#log(rest);
  }

  #log(line: string): void {
    this.#calls.log((this.#level === "error" ? writtenLevel(line) : undefined) ?? this.#level, line);
  }
}

/** Throws `stream-error.closed`, because jco's glue expects an error result as a thrown value. */
function closed(): never {
  throw { tag: "closed" };
}

/** Bodies of `wasi:http/types`. They are whole in memory: a component reads and writes them without waiting. */
import type { StaticHostCalls } from "../types.ts";
import { InputStream, OutputStream, Pollable } from "../wasi-io.ts";
import type { ErrorCode } from "./error-code.ts";
import type { Fields } from "./fields.ts";

/** The bytes that a component has written. */
export class WrittenBytes {
  readonly #most: number;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** @param most the bytes that are kept, and one more: whoever takes them sees that there were too many */
  constructor(most: number) {
    this.#most = most;
  }

  get isTooLong(): boolean {
    return this.#length > this.#most;
  }

  write(bytes: Uint8Array): void {
    // Copied, because the bytes may be a view of the component's memory.
    const kept = bytes.slice(0, Math.max(0, this.#most + 1 - this.#length));
    this.#length += kept.length;
    if (kept.length > 0) this.#chunks.push(kept);
  }

  take(): Uint8Array {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#length);
  }
}

export class IncomingBody {
  readonly #calls: StaticHostCalls;
  #bytes: Uint8Array | null;

  constructor(calls: StaticHostCalls, bytes: Uint8Array) {
    this.#calls = calls;
    this.#bytes = bytes;
  }

  /** `result<input-stream>`: the stream is given once. */
  stream(): InputStream {
    const bytes = this.#bytes;
    if (bytes === null) throw undefined;
    this.#bytes = null;
    return new InputStream(this.#calls, bytes);
  }

  static finish(body: IncomingBody): FutureTrailers {
    return new FutureTrailers(body.#calls);
  }
}

/** There are no trailers. */
export class FutureTrailers {
  readonly #calls: StaticHostCalls;
  #isTaken = false;

  constructor(calls: StaticHostCalls) {
    this.#calls = calls;
  }

  subscribe(): Pollable {
    return new Pollable(this.#calls);
  }

  get() {
    if (this.#isTaken) return { tag: "err", val: undefined };
    this.#isTaken = true;
    return { tag: "ok", val: { tag: "ok", val: undefined } };
  }
}

export class OutgoingBody {
  readonly #calls: StaticHostCalls;
  readonly #written: WrittenBytes;
  readonly #finished = Promise.withResolvers<Uint8Array>();
  #isGiven = false;
  isFinished = false;

  constructor(calls: StaticHostCalls) {
    this.#calls = calls;
    this.#written = new WrittenBytes(calls.bodyBytes);
    this.#finished.promise.catch(() => {});
  }

  /** `result<output-stream>`: the stream is given once. */
  write(): OutputStream {
    if (this.#isGiven) throw undefined;
    this.#isGiven = true;
    return new OutputStream(this.#calls, this.#written);
  }

  /** Trailers are dropped. */
  static finish(body: OutgoingBody, _trailers: Fields | undefined): void {
    body.isFinished = true;
    body.#finished.resolve(body.#written.take());
  }

  /** Fulfilled when the component has finished the body; rejected if it has dropped the body before. */
  get finished(): Promise<Uint8Array> {
    return this.#finished.promise;
  }

  get isTooLong(): boolean {
    return this.#written.isTooLong;
  }

  [Symbol.dispose](): void {
    if (this.isFinished) return;
    const dropped: ErrorCode = { tag: "internal-error", val: "the body was dropped before it was finished" };
    this.#finished.reject(dropped);
  }
}

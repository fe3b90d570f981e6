/** Bodies of `wasi:http/types`. They are whole in memory: a component reads and writes them without waiting. */
import { InputStream, OutputStream, Pollable } from "../wasi-io.ts";
import type { HttpContext } from "./context.ts";
import type { ErrorCode } from "./error-code.ts";
import type { Fields } from "./fields.ts";

/** The bytes that a component has written. */
class WrittenBytes {
  readonly #http: HttpContext;
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(http: HttpContext) {
    this.#http = http;
  }

  get isTooLong(): boolean {
    return this.#length > this.#http.calls.bodyBytes;
  }

  /** Keeps one byte more than the limit, so that the reader of the body sees that it is too long. */
  write(bytes: Uint8Array): void {
    // The bytes are copied, because they may be a view of the component's memory.
    const kept = bytes.slice(0, Math.max(0, this.#http.calls.bodyBytes + 1 - this.#length));
    this.#http.held.take(kept.length);
    this.#length += kept.length;
    if (kept.length > 0) this.#chunks.push(kept);
  }

  take(): Uint8Array {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#length);
  }

  drop(): void {
    this.#http.held.release(this.#length);
    this.#length = 0;
    this.#chunks = [];
  }
}

export class IncomingBody {
  readonly #http: HttpContext;
  #bytes: Uint8Array | null;
  readonly #onEnd: () => void;

  /** @param onEnd is told when the component has dropped the body */
  constructor(http: HttpContext, bytes: Uint8Array, onEnd: () => void) {
    this.#http = http;
    this.#bytes = bytes;
    this.#onEnd = onEnd;
  }

  /** `result<input-stream>`: the stream is given once. */
  stream(): InputStream {
    const bytes = this.#bytes;
    if (bytes === null) throw undefined;
    this.#bytes = null;
    return new InputStream(this.#http.calls, bytes);
  }

  static finish(body: IncomingBody): FutureTrailers {
    body.#onEnd();
    return new FutureTrailers(body.#http);
  }

  [Symbol.dispose](): void {
    this.#onEnd();
  }
}

/** A future that is ready at once, because there are no trailers. */
export class FutureTrailers {
  readonly #http: HttpContext;
  #isTaken = false;

  constructor(http: HttpContext) {
    this.#http = http;
  }

  subscribe(): Pollable {
    return new Pollable(this.#http.calls);
  }

  get() {
    if (this.#isTaken) return { tag: "err", val: undefined };
    this.#isTaken = true;
    return { tag: "ok", val: { tag: "ok", val: undefined } };
  }
}

export class OutgoingBody {
  readonly #http: HttpContext;
  readonly #written: WrittenBytes;
  readonly #finished = Promise.withResolvers<Uint8Array>();
  #isGiven = false;
  isFinished = false;

  constructor(http: HttpContext) {
    this.#http = http;
    this.#written = new WrittenBytes(http);
    this.#finished.promise.catch(() => {});
  }

  /** `result<output-stream>`: the stream is given once. */
  write(): OutputStream {
    if (this.#isGiven) throw undefined;
    this.#isGiven = true;
    return new OutputStream(this.#http.calls, this.#written);
  }

  /** Finishes a body. Trailers are dropped. */
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

  /** Called when nobody needs the bytes any more. */
  drop(): void {
    this.#written.drop();
  }

  [Symbol.dispose](): void {
    if (this.isFinished) return;
    this.drop();
    const dropped: ErrorCode = { tag: "internal-error", val: "the body was dropped before it was finished" };
    this.#finished.reject(dropped);
  }
}

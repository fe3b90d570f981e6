/**
 * The body of an answer that is a stream. The bytes that the program writes in a step are collected, and leave with the
 * step's end, by calls of the host (docs/reference/javascript.md, "Bodies that flow").
 */
import { call } from "./bindings.ts";
import { Headers } from "./headers.ts";
import { define, toJson, whenSettled } from "./intrinsics.ts";
import { OutOfMemory } from "./out-of-memory.ts";
import type { Response } from "./response.ts";
import { chunkOf, isBytes, joined, type Stream } from "./streams.ts";

/** Bytes that a program may write before the host says that the client takes them. */
const windowBytes = 262_144;

/**
 * Bytes that leave as one piece in the middle of a step, once the head has left. The engine then takes the same memory
 * for each piece, and less memory is put aside with the request.
 */
const pieceBytes = 32_768;

const writeHead = toJson({ binding: "response", method: "write", arguments: {} });
const endHead = toJson({ binding: "response", method: "end", arguments: {} });
const drainedHead = toJson({ binding: "response", method: "drained", arguments: {} });

interface Reader {
  read(): Promise<{ done: boolean; value?: unknown }>;
  cancel(reason: unknown): Promise<void>;
}

export class BodyFlow {
  readonly #reader: Reader;
  readonly #onError: (error: unknown) => void;
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of the chunks that have not left yet. */
  #bytes = 0;
  /** Bytes that have left since the host last said that the client takes them. */
  #ahead = 0;
  #isBegun = false;
  #isEnded = false;
  #isClosed = false;
  /** Whether the stream waits until the client has taken what was written. */
  #isFull = false;

  /** @param onError takes the reason if the stream fails */
  constructor(stream: Stream, onError: (error: unknown) => void) {
    this.#reader = stream.getReader();
    this.#onError = onError;
    this.#read();
  }

  /** Whether the head has left. */
  get isBegun(): boolean {
    return this.#isBegun;
  }
  /** Whether the stream has ended. */
  get isEnded(): boolean {
    return this.#isEnded;
  }
  /** Whether the end of the step is waited for, so that the stream can go on. */
  get isFull(): boolean {
    return this.#isFull;
  }
  get hasUnsent(): boolean {
    return this.#bytes > 0;
  }

  /** The whole body of a stream that has ended before anything has left. */
  whole(): ArrayBuffer {
    return joined(this.#chunks);
  }

  /** Ends the stream, because nobody reads it any more. */
  cancel(reason: unknown): void {
    this.#isClosed = true;
    this.#isEnded = true;
    whenSettled(this.#reader.cancel(reason), nothing, this.#onError);
  }

  /** Sends the written bytes: with the head if it has not left, and with the end if the stream has ended. */
  send(response: Response): void {
    if (!this.#isClosed) this.#send(response);
    if (this.#isFull) this.#awaitRoom();
  }

  #send(response: Response): void {
    if (!this.#isBegun) {
      const head = { status: response.status, headers: Headers.toPairs(response.headers) };
      this.#leave(toJson({ binding: "response", method: "head", arguments: head }));
      this.#isBegun = true;
      if (this.#isEnded) tell(endHead, []);
    } else if (this.#isEnded) this.#leave(endHead);
    else if (this.#bytes > 0) this.#leave(writeHead);
  }

  /** Lets the chunks leave with a call, or with several calls if they are long. */
  #leave(head: string): void {
    const chunks = this.#chunks;
    if (this.#bytes <= 2 * pieceBytes) tell(head, chunks);
    else {
      if (!this.#isBegun) tell(head, []);
      let piece: Uint8Array[] = [];
      let bytes = 0;
      for (let i = 0; i < chunks.length; i++) {
        define(piece, piece.length, chunks[i]!);
        bytes += chunks[i]!.length;
        if (bytes < pieceBytes && i + 1 < chunks.length) continue;
        tell(writeHead, piece);
        piece = [];
        bytes = 0;
      }
      if (head === endHead) tell(head, []);
    }
    this.#ahead += this.#bytes;
    this.#bytes = 0;
    chunks.length = 0;
  }

  #awaitRoom(): void {
    this.#isFull = false;
    const goOn = () => {
      this.#ahead = 0;
      this.#read();
    };
    whenSettled(call(drainedHead, nothing), goOn, (reason) => this.cancel(reason));
  }

  #read(): void {
    whenSettled(this.#reader.read(), this.#take, this.#onError);
  }

  readonly #take = ({ done, value }: { done: boolean; value?: unknown }): void => {
    if (this.#isClosed) return;
    if (done) {
      this.#isEnded = true;
      return;
    }
    if (!isBytes(value)) {
      this.#onError(new TypeError("A body's stream must give Uint8Array chunks"));
      return;
    }
    const chunk = chunkOf(value);
    define(this.#chunks, this.#chunks.length, chunk);
    this.#bytes += chunk.length;
    if (this.#isBegun && this.#bytes >= pieceBytes) {
      try {
        this.#leave(writeHead);
      } catch (error) {
        this.#onError(error);
        return;
      }
    }
    if (this.#bytes + this.#ahead < windowBytes) this.#read();
    else this.#isFull = true;
  };
}

/** A call without a reply. */
function tell(head: string, chunks: readonly Uint8Array[]): void {
  const operation = chunks.length === 0 ? $call(head, 0, undefined) : $call(head, 1, bytesOf(chunks));
  if (operation === undefined) throw new OutOfMemory();
}

function bytesOf(chunks: readonly Uint8Array[]): ArrayBuffer {
  const first = chunks[0]!;
  return chunks.length === 1 && first.length === first.buffer.byteLength
    ? (first.buffer as ArrayBuffer)
    : joined(chunks);
}

function nothing(): void {}

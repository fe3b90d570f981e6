/** A response's body between the program that writes it and the client that reads it. */
import type { BodyStream } from "../protocol/body-stream.ts";

/** The program may write on while at most this many bytes wait for the client. */
const LOW_BYTES = 64 << 10;

interface Piece {
  readonly bytes: Uint8Array;
  readonly held: Disposable;
}

export class StreamedBody implements BodyStream {
  readonly #hold: (bytes: number) => Disposable;
  readonly #pieces: Piece[] = [];
  #waitingBytes = 0;
  /** Bytes of the piece that the reader is moving on. */
  #movingBytes = 0;
  #state: "open" | "ended" | "broken" | "abandoned" = "open";
  #reason: unknown;
  #reader: PromiseWithResolvers<Uint8Array | null> | null = null;
  #drained: PromiseWithResolvers<boolean> | null = null;
  #progressAt = performance.now();

  /** @param hold counts the bytes of a piece until the reader has asked for it. `write` throws its errors */
  constructor(hold: (bytes: number) => Disposable) {
    this.#hold = hold;
  }

  /** Whether the program may still write. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Bytes that no reader has asked for. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Time for which neither the program has written nor the client has read, ms; 0 while the client is the slower one. */
  get idleMs(): number {
    if (this.isOpen && this.#waitingBytes + this.#movingBytes > 0) return 0;
    return performance.now() - this.#progressAt;
  }

  write(bytes: Uint8Array): void {
    if (!this.isOpen || bytes.byteLength === 0) return;
    this.#progressAt = performance.now();
    this.#pieces.push({ bytes, held: this.#hold(bytes.byteLength) });
    this.#waitingBytes += bytes.byteLength;
    this.#give();
  }

  /** The body is complete. */
  end(): void {
    if (!this.isOpen) return;
    this.#state = "ended";
    this.#progressAt = performance.now();
    this.#give();
  }

  /** Ends the body before it is complete. The reader gets the pieces that were written, and then the reason. */
  break(reason: unknown): void {
    if (!this.isOpen) return;
    this.#state = "broken";
    this.#reason = reason;
    this.#give();
  }

  /** Resolves when the program may write on: true, or false if nobody reads any more. */
  drained(): Promise<boolean> {
    this.#drained ??= Promise.withResolvers();
    const { promise } = this.#drained;
    this.#tell();
    return promise;
  }

  next(): Promise<Uint8Array | null> {
    if (this.#movingBytes > 0) this.#progressAt = performance.now();
    this.#movingBytes = 0;
    this.#reader = Promise.withResolvers();
    const { promise } = this.#reader;
    this.#give();
    this.#tell();
    return promise;
  }

  abandon(): void {
    this.#state = "abandoned";
    for (const { held } of this.#pieces.splice(0)) held[Symbol.dispose]();
    this.#waitingBytes = 0;
    this.#movingBytes = 0;
    this.#give();
    this.#tell();
  }

  /** Gives the reader the piece that it waits for, if it is there. */
  #give(): void {
    if (this.#reader === null) return;
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      piece.held[Symbol.dispose]();
      this.#waitingBytes -= piece.bytes.byteLength;
      this.#movingBytes = piece.bytes.byteLength;
      this.#reader.resolve(piece.bytes);
    } else if (this.#state === "broken") this.#reader.reject(this.#reason);
    else if (this.#state === "open") return;
    else this.#reader.resolve(null);
    this.#reader = null;
  }

  #tell(): void {
    if (this.isOpen && this.#waitingBytes + this.#movingBytes > LOW_BYTES) return;
    this.#drained?.resolve(this.#state !== "abandoned");
    this.#drained = null;
  }
}

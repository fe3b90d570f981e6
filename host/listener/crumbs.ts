/**
 * Bodies that come in crumbs. A client can send a body byte by byte, and Fastify keeps each piece as an object until the
 * body is whole: some four hundred times its bytes. This file joins small pieces, and refuses a body that has too many.
 */
import { Transform, type TransformCallback } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { KIB } from "../config/limits.ts";
import { plinthError } from "../errors.ts";

/** A body whose announced length is at most this is read as it comes, bytes. */
const SMALL_BODY_BYTES = 16 * KIB;
const BLOCK_BYTES = 64 * KIB;
/** Pieces that a body of any length may come in. */
const FREE_PIECES = 10_000;
/**
 * Bytes that further pieces must have on average. Each piece costs the main thread a microsecond. Pieces from a network
 * have some 1,400 bytes.
 */
const LEAST_AVERAGE_BYTES = 64;

export interface CrumbsOptions {
  /** Told of a body's bytes as they come, and of a small body's bytes at once. If it throws, the request is refused. */
  onBytes?(request: FastifyRequest, bytes: number): void;
  /** Calls `go` when more of a larger body may be read. */
  onPiece?(request: FastifyRequest, bytes: number, go: () => void): void;
}

export function sweepCrumbs(app: FastifyInstance, { onBytes, onPiece }: CrumbsOptions = {}): void {
  app.addHook("preParsing", (request, _reply, payload, done) => {
    const { "content-length": length = "0", "transfer-encoding": coding } = request.headers;
    if (coding === undefined && Number(length) <= SMALL_BODY_BYTES) {
      try {
        onBytes?.(request, Number(length));
        done(null, payload);
      } catch (error) {
        done(error as Error);
      }
      return;
    }
    const crumbs = new Crumbs(request.routeOptions.bodyLimit ?? 0, (bytes, go) => {
      onBytes?.(request, bytes);
      if (onPiece === undefined) go();
      else onPiece(request, bytes, go);
    });
    // `pipeline` would end the connection with the body, before the client has been told why.
    payload.once("error", (error: Error) => crumbs.destroy(error));
    done(null, payload.pipe(crumbs));
  });
}

class Crumbs extends Transform {
  readonly #limit: number;
  #block = Buffer.alloc(0);
  #used = 0;
  #pieces = 0;
  #bytes = 0;
  readonly #onPiece: (bytes: number, go: () => void) => void;

  /**
   * @param limit bytes of the body that Fastify takes. Bytes beyond it are passed on at once, for Fastify to refuse
   * @param onPiece calls `go` when the next piece may come. If it throws, the body ends
   */
  constructor(limit: number, onPiece: (bytes: number, go: () => void) => void) {
    super();
    this.#limit = limit;
    this.#onPiece = onPiece;
  }

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pieces++;
    this.#bytes += piece.length;
    if (this.#pieces > FREE_PIECES + this.#bytes / LEAST_AVERAGE_BYTES) {
      done(plinthError("PLINTH_BAD_HTTP", ["its body comes in too many small pieces"]));
      return;
    }
    if (this.#used + piece.length > this.#block.length) this.#passOn();
    if (piece.length >= BLOCK_BYTES) {
      this.push(piece);
    } else {
      if (this.#block.length === 0) this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      piece.copy(this.#block, this.#used);
      this.#used += piece.length;
    }
    if (this.#bytes > this.#limit) this.#passOn();
    try {
      this.#onPiece(piece.length, () => {
        if (!this.destroyed) done();
      });
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    this.#passOn();
    done();
  }

  #passOn(): void {
    if (this.#used > 0) this.push(this.#block.subarray(0, this.#used));
    this.#block = Buffer.alloc(0);
    this.#used = 0;
  }
}

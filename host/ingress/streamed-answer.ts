import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { KIB } from "../config/limits.ts";
import { type BulkTurns, BYTE_MS } from "../fairness/bulk-turns.ts";
import type { CpuShares } from "../fairness/cpu-shares.ts";
import type { BodyStream } from "../protocol/body-stream.ts";

/** CPU time of this thread for a piece, whatever its size, ms. */
const PIECE_MS = 0.03;
/** A larger piece is written in parts, each when it is the tenant's turn. */
const PART_BYTES = 64 * KIB;

export interface StreamedAnswerOptions {
  readonly tenant: string;
  readonly shares: CpuShares;
  readonly turns: BulkTurns;
  /** Counts a piece until the client has it. @throws PlinthError if there is no room */
  hold(bytes: number): Disposable;
}

/**
 * Writes a body as it comes, and as fast as its client takes it. The headers leave at once.
 *
 * @returns why the body has broken off, or null. The connection is ended then, so that the client sees it, too
 */
export async function writeStream(
  response: ServerResponse,
  stream: BodyStream,
  options: StreamedAnswerOptions,
): Promise<unknown> {
  response.once("close", () => stream.abandon());
  // A first piece that is there already leaves with the headers.
  response.cork();
  response.flushHeaders();
  process.nextTick(() => response.uncork());
  try {
    for (let piece = await stream.next(); piece !== null; piece = await stream.next()) {
      if (response.destroyed) return null;
      using _held = options.hold(piece.byteLength);
      options.shares.charge(options.tenant, PIECE_MS);
      await writePiece(response, piece, options);
    }
    response.end();
    return null;
  } catch (reason) {
    // Pieces that were written before leave first.
    await nextTurn();
    end(response);
    return reason;
  }
}

async function writePiece(response: ServerResponse, piece: Uint8Array, options: StreamedAnswerOptions): Promise<void> {
  const { tenant, shares, turns } = options;
  if (piece.byteLength <= PART_BYTES) shares.charge(tenant, piece.byteLength * BYTE_MS);
  for (let at = 0; at < piece.byteLength; at += PART_BYTES) {
    const part = piece.subarray(at, at + PART_BYTES);
    if (piece.byteLength > PART_BYTES) {
      await new Promise<void>((go) => turns.wait(tenant, part.byteLength, go));
    }
    if (response.destroyed) return;
    if (!response.write(part)) await roomAgain(response);
  }
}

/** Resolves when the client has made room by reading, or has gone. */
function roomAgain(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.once("drain", done);
    response.once("close", done);
  });
}

/** Ends a connection in the middle of a body. In HTTP/1.0 the end of the connection is that of the body, so it is reset. */
function end(response: ServerResponse): void {
  if (response.req.httpVersion === "1.0") response.socket?.resetAndDestroy();
  else response.destroy();
}

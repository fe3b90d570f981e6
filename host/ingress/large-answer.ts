import type { ServerResponse } from "node:http";
import { KIB } from "../config/limits.ts";
import type { BulkTurns } from "../fairness/bulk-turns.ts";

/** A body up to this size is written at once. */
const ONE_PIECE_BYTES = 64 * KIB;
/**
 * Up to this size, a body is put behind the headers as text of latin1: one string costs Node less to write than two
 * parts.
 */
const ONE_WRITE_BYTES = 16 * KIB;
const PIECE_BYTES = 64 * KIB;

/** Writes a whole body, and ends the response. */
export function writeBody(response: ServerResponse, body: Uint8Array, tenant: string, turns: BulkTurns): void {
  if (body.byteLength > ONE_PIECE_BYTES) writeInTurns(response, body, tenant, turns);
  else if (body.byteLength > ONE_WRITE_BYTES) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1"), "latin1");
}

/** Writes a large body a piece at a time, when it is the tenant's turn, and as fast as its client takes it. */
function writeInTurns(response: ServerResponse, body: Uint8Array, tenant: string, turns: BulkTurns): void {
  let written = 0;
  const go = () => turns.wait(tenant, Math.min(PIECE_BYTES, body.byteLength - written), write);
  const write = () => {
    if (response.destroyed) return;
    const piece = body.subarray(written, written + PIECE_BYTES);
    written += piece.byteLength;
    if (written === body.byteLength) response.end(piece);
    else if (response.write(piece)) go();
    else response.once("drain", go);
  };
  go();
}

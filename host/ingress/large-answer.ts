import type { ServerResponse } from "node:http";
import { KIB } from "../config/limits.ts";
import type { BulkTurns } from "../fairness/bulk-turns.ts";

/** An answer up to this size is written at once. */
export const ONE_PIECE_BYTES = 64 * KIB;
const PIECE_BYTES = 64 * KIB;

/** Writes a large body a piece at a time, when it is the tenant's turn, and as fast as its client takes it. */
export function writeInTurns(response: ServerResponse, body: Uint8Array, tenant: string, turns: BulkTurns): void {
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

/**
 * Pieces of a body behind the frame that begins it: frame's head (ring.ts), padding to 16 bytes included | bytes. All but
 * the last have the same size, a quarter of the ring, so that one piece is written while another is read.
 */
import { CHUNK } from "./frame-kinds.ts";
import { FRAME_HEAD, type RingMemory } from "./ring.ts";
import { NO_ROOM, type RingWriter } from "./ring-writer.ts";

/** Writes the next piece. @returns its bytes, or NO_ROOM */
export function writePiece(ring: RingWriter, step: number, body: Uint8Array, from: number): number {
  const size = Math.min(body.byteLength - from, (ring.largest >> 1) - FRAME_HEAD);
  const at = ring.reserve(CHUNK, step, FRAME_HEAD + size);
  if (at === NO_ROOM) return NO_ROOM;
  ring.memory.bytes.set(body.subarray(from, from + size), at + FRAME_HEAD);
  return size;
}

/** Copies a piece into the body. @returns its bytes */
export function readPiece({ words, bytes }: RingMemory, at: number, body: Uint8Array, from: number): number {
  // The frame may end in padding, but only behind the body's last byte.
  const size = Math.min(words[at >> 2]! - FRAME_HEAD, body.byteLength - from);
  body.set(bytes.subarray(at + FRAME_HEAD, at + FRAME_HEAD + size), from);
  return size;
}

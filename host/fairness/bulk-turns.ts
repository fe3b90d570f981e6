/**
 * Turns for the bytes that the main thread moves between sockets and its memory. A tenant whose clients send or take
 * megabytes would hold up the event loop for as long as the kernel has bytes for them: fifty such connections make a turn
 * of the loop last 50 ms. So a large body moves a piece at a time. Each turn of the loop moves few pieces. The tenants that
 * have had the least CPU time come first, and small work runs in between.
 */
import type { CpuShares, ShareClock } from "./cpu-shares.ts";
import { ShareQueue } from "./share-queue.ts";

/** Bytes that a turn of the event loop moves, some 0.1 ms. */
const TURN_BYTES = 256 * 1024;
/**
 * CPU time that a byte costs the main thread, ms. The kernel and Node copy outside of the calls that could be measured, so
 * this is an estimate.
 */
export const BYTE_MS = 0.5 / (1024 * 1024);

interface Piece {
  readonly tenant: string;
  readonly bytes: number;
  move(): void;
}

export class BulkTurns {
  readonly #clock: ShareClock;
  readonly #waiting: ShareQueue<Piece>;
  #isGoing = false;

  /** @param shares the weights of the tenants */
  constructor(shares: CpuShares) {
    this.#clock = shares.newClock();
    this.#waiting = new ShareQueue(this.#clock);
  }

  /** Calls `move` once, when it is the tenant's turn to move so many bytes. */
  wait(tenant: string, bytes: number, move: () => void): void {
    this.#waiting.push(tenant, { tenant, bytes, move });
    if (this.#isGoing) return;
    this.#isGoing = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    for (let moved = 0; moved < TURN_BYTES; ) {
      const piece = this.#waiting.next();
      if (piece === undefined) break;
      moved += piece.bytes;
      this.#clock.charge(piece.tenant, piece.bytes * BYTE_MS);
      piece.move();
    }
    this.#isGoing = this.#waiting.size > 0;
    if (this.#isGoing) setImmediate(this.#turn);
  };
}

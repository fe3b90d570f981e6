import { closeSync, constants, openSync, statfsSync, statSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { isFull } from "../sqlite/database-error.ts";

/** Room for the write-ahead logs of a start, and of changes that free room. */
const RESERVE_BYTES = 4 * 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024);

/**
 * A file that takes room on the disk, and gives it up when the disk is full, because SQLite has to write before it can
 * delete anything, and so has a start. The threads of a host share the file.
 */
export class Reserve {
  readonly #folder: string;
  readonly #file: string;

  /** @param folder the data folder */
  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, "reserve");
  }

  /**
   * Runs `work`, and once more with the reserve's room if the disk is full. Then the contents of the write-ahead log
   * are put into the database's file, and the reserve takes back the room.
   */
  lend<Result>(database: DatabaseSync, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!isFull(error)) throw error;
    }
    this.#release();
    try {
      return work();
    } finally {
      truncateLog(database);
      this.fill();
    }
  }

  /** Gives up the room at a start if the disk has little else. */
  releaseIfNeeded(): void {
    const { bavail, bsize } = statfsSync(this.#folder);
    if (bavail * bsize < RESERVE_BYTES) this.#release();
  }

  #release(): void {
    try {
      truncateSync(this.#file, 0);
    } catch {
      // There is no room. Changes that need it fail as they would have without a reserve.
    }
  }

  /** Takes the free room, up to the whole reserve. */
  fill(): void {
    let size = sizeOf(this.#file);
    if (size >= RESERVE_BYTES) return;
    try {
      const file = openSync(this.#file, constants.O_WRONLY | constants.O_CREAT, 0o600);
      try {
        while (size < RESERVE_BYTES) size += writeSync(file, PIECE, 0, PIECE.length, size);
      } finally {
        closeSync(file);
      }
    } catch {
      // The disk is full. The part that was written stays, and the next call goes on.
    }
  }
}

function truncateLog(database: DatabaseSync): void {
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // Another connection reads, or there is no room for the new pages. The next checkpoint tries again.
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

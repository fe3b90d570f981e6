/** The files' bytes: small files and compressed forms in memory, large files from the disk. Each is checked once. */
import { open } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import { BlobCorrupt, readBlob } from "../blobs/read-blob.ts";
import { KIB, MIB } from "../config/limits.ts";
import { type PlinthError, plinthError } from "../errors.ts";
import type { BodyStream } from "../protocol/body-stream.ts";
import type { Sha256 } from "../store/names.ts";
import { type Coding, Compressions } from "./compressions.ts";
import type { Asset } from "./site.ts";

/** Files above this size are read from the disk each time. */
const IN_MEMORY_BYTES = 256 * KIB;
/** Files above this size are not compressed, and the compressed forms of smaller ones have at most a quarter of it. */
const COMPRESSED_BYTES = 8 * MIB;
const PIECE_BYTES = 64 * KIB;
/** The most large files that are remembered as whole. */
const MOST_CHECKED = 100_000;

type File = Pick<Asset, "hash" | "bytes">;

export interface AssetFilesOptions {
  blobPath(hash: Sha256): string;
  /** Bytes of files and compressed forms that are kept in memory. */
  readonly memoryBytes: number;
}

export class AssetFiles {
  readonly #blobPath: (hash: Sha256) => string;
  readonly #kept: LRUCache<string, Buffer>;
  readonly #checked = new LRUCache<Sha256, true>({ max: MOST_CHECKED });
  readonly #compressions: Compressions;
  /** Files that were found to be missing or damaged. */
  readonly damaged = new Set<Sha256>();

  constructor({ blobPath, memoryBytes }: AssetFilesOptions) {
    this.#blobPath = blobPath;
    this.#kept = new LRUCache<string, Buffer>({
      maxSize: memoryBytes,
      maxEntrySize: Math.min(memoryBytes, COMPRESSED_BYTES / 4),
      // An empty form says that compression is not worth it.
      sizeCalculation: ({ byteLength }) => byteLength + KIB,
      fetchMethod: async (hash) => this.#checkedBytes(hash as Sha256),
    });
    this.#compressions = new Compressions(this.#kept, (file) => this.bytes(file));
  }

  /** Whether a file is kept in memory. */
  isSmall({ bytes }: File): boolean {
    return bytes <= IN_MEMORY_BYTES;
  }

  /** The bytes, if they are in memory. */
  ready({ hash }: File): Buffer | undefined {
    return this.#kept.get(hash);
  }

  /**
   * A compressed form. It is undefined until the form is made, which the first call begins, and if the form is not
   * worth making.
   */
  compressed(asset: Asset, coding: Coding, charge: (ms: number) => void): Buffer | undefined {
    if (!asset.isCompressible || asset.bytes > COMPRESSED_BYTES) return undefined;
    return this.#compressions.get(asset, coding, charge);
  }

  /** @throws PLINTH_BLOB_CORRUPT */
  async bytes(file: File): Promise<Buffer> {
    return this.isSmall(file) ? (await this.#kept.fetch(file.hash))! : this.#checkedBytes(file.hash);
  }

  /** Reads a large file once, to see that it is whole. @throws PLINTH_BLOB_CORRUPT */
  async check({ hash }: File): Promise<void> {
    if (!this.#checked.has(hash)) await this.#checkedBytes(hash);
  }

  /** A part of a file a piece at a time. No descriptor is held while a client takes its time. */
  stream({ hash }: File, start: number, end: number): BodyStream {
    const path = this.#blobPath(hash);
    let at = start;
    return {
      next: async () => {
        if (at > end) return null;
        const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end + 1 - at));
        await using file = await open(path).catch(() => {
          throw this.#corrupt(hash);
        });
        const { bytesRead } = await file.read(piece, 0, piece.byteLength, at);
        if (bytesRead < piece.byteLength) throw this.#corrupt(hash);
        at += bytesRead;
        return piece;
      },
      abandon: () => {
        at = end + 1;
      },
    };
  }

  async #checkedBytes(hash: Sha256): Promise<Buffer> {
    try {
      const bytes = await readBlob({ key: hash, path: this.#blobPath(hash) });
      this.#checked.set(hash, true);
      this.damaged.delete(hash);
      return bytes;
    } catch (error) {
      throw error instanceof BlobCorrupt ? this.#corrupt(hash, error) : error;
    }
  }

  #corrupt(hash: Sha256, cause?: unknown): PlinthError {
    this.#checked.delete(hash);
    this.damaged.add(hash);
    return plinthError("PLINTH_BLOB_CORRUPT", [hash], { details: { blob: hash }, cause });
  }
}

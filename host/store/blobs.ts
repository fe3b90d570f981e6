import { hash } from "node:crypto";
import { access, mkdir, readdir, readFile, rm, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type PlinthError, plinthError } from "../errors.ts";
import { syncFolder, temporaryPrefix, writeFileDurably } from "./files.ts";
import type { Sha256 } from "./names.ts";

export interface Swept {
  /** Number of files that were removed. */
  readonly removed: number;
  /** Blobs that a version refers to, and whose files are not there. */
  readonly missing: readonly string[];
}

/**
 * Blobs as files named by their SHA-256, `FOLDER/ab/abcdef...`, in folders by the first two digits, 256 at most.
 *
 * A blob that is in no version yet is safe because nothing is swept while blobs are written: `sweep` is called between
 * opening and serving, and never again. Afterwards only `FreedBlobs` removes blobs, one by one.
 */
export class BlobFiles {
  readonly #folder: string;
  /** Puts under way. A second put of the same bytes must not report success before the first one has reached the disk. */
  readonly #underWay = new Map<Sha256, Promise<void>>();
  /** Folders that are on the disk for good, or being made so. */
  readonly #folders = new Map<string, Promise<void>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<BlobFiles> {
    await mkdir(folder, { recursive: true });
    return new BlobFiles(folder);
  }

  /** @param name the hash of the bytes */
  async put(bytes: Uint8Array, name = sha256(bytes)): Promise<Sha256> {
    let writing = this.#underWay.get(name);
    if (writing === undefined) {
      writing = this.#write(name, bytes).finally(() => this.#underWay.delete(name));
      this.#underWay.set(name, writing);
    }
    await writing;
    return name;
  }

  /** @throws PLINTH_BLOB_CORRUPT */
  async get(name: Sha256): Promise<Uint8Array> {
    const bytes = await this.#read(name);
    if (bytes === undefined) throw corrupt(name);
    return bytes;
  }

  async remove(name: Sha256): Promise<void> {
    await rm(this.path(name), { force: true });
  }

  /** @throws PLINTH_BLOB_CORRUPT if one of the blobs has not been put. Their bytes are checked when they are read. */
  async expect(names: Iterable<Sha256>): Promise<void> {
    for (const name of new Set(names))
      await access(this.path(name)).catch((cause) => {
        throw corrupt(name, cause);
      });
  }

  /**
   * Removes unfinished files of a crash, and blobs that no version refers to.
   *
   * @param ofAny whether blobs are removed even if some that versions refer to are missing
   */
  async sweep(referenced: ReadonlySet<string>, ofAny: boolean): Promise<Swept> {
    const shards = (await readdir(this.#folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
    const found = await Promise.all(shards.map((shard) => listFolder(join(this.#folder, shard))));
    const unfinished = found.flatMap((it) => it.unfinished);
    const blobs = new Map(found.flatMap((it) => it.blobs).map((path) => [basename(path), path]));
    const unreferenced = [...blobs.keys()].filter((name) => !referenced.has(name));
    const missing = [...referenced].filter((name) => !blobs.has(name));
    const goes = ofAny || missing.length === 0 ? unreferenced : [];
    const leftovers = [...unfinished, ...goes.map((name) => blobs.get(name)!)];
    for (const path of leftovers) await unlink(path);
    return { removed: leftovers.length, missing };
  }

  #ensureFolder(folder: string): Promise<void> {
    let ensured = this.#folders.get(folder);
    if (ensured === undefined) {
      // The folder is synced even if it exists: an earlier process may have been killed before it synced.
      ensured = mkdir(folder, { recursive: true }).then(() => syncFolder(this.#folder));
      this.#folders.set(folder, ensured);
      ensured.catch(() => this.#folders.delete(folder));
    }
    return ensured;
  }

  async #write(name: Sha256, bytes: Uint8Array): Promise<void> {
    // The blob is read, and its existence is not enough: a new put of the same bytes is the remedy for a damaged blob.
    if ((await this.#read(name)) === undefined) {
      await this.#ensureFolder(dirname(this.path(name)));
      await writeFileDurably(this.path(name), bytes);
    } else {
      // The file may stem from a process that was killed between rename and fsync.
      await this.#ensureFolder(dirname(this.path(name)));
      await syncFolder(dirname(this.path(name)));
    }
  }

  /** The bytes; undefined if they are missing or do not have the hash that the name promises. */
  async #read(name: Sha256): Promise<Uint8Array | undefined> {
    try {
      const bytes = await readFile(this.path(name));
      return sha256(bytes) === name ? bytes : undefined;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  path(name: Sha256): string {
    return join(this.#folder, name.slice(0, 2), name);
  }
}

/** Lists only files that `BlobFiles` has written. A file of another name stays. */
async function listFolder(folder: string): Promise<{ unfinished: string[]; blobs: string[] }> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  return {
    unfinished: paths.filter((path) => basename(path).startsWith(temporaryPrefix)),
    blobs: paths.filter((path) => /^[0-9a-f]{64}$/.test(basename(path))),
  };
}

export function sha256(bytes: Uint8Array): Sha256 {
  return hash("sha256", bytes, "hex") as Sha256;
}

function corrupt(name: Sha256, cause?: unknown): PlinthError {
  return plinthError("PLINTH_BLOB_CORRUPT", [name], { details: { blob: name }, cause });
}

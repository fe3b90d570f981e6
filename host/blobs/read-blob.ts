/**
 * Reads a blob's file and checks its bytes against its name, which is their SHA-256. A worker keeps what it has made of a
 * blob, so each thread reads and checks it once, and again after it has dropped it.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { BlobRef } from "../protocol/artifact.ts";

/** The file of a blob is not there, cannot be read any more, or has other bytes. */
export class BlobCorrupt extends Error {
  /** SHA-256, hex. */
  readonly blob: string;

  constructor(blob: string, reason: string, options?: ErrorOptions) {
    super(`blob ${blob}: ${reason}`, options);
    this.name = "BlobCorrupt";
    this.blob = blob;
  }
}

/** @throws BlobCorrupt */
export function readBlobSync({ key, path }: BlobRef): Buffer<ArrayBuffer> {
  let bytes: Buffer<ArrayBuffer>;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw readFailure(key, error);
  }
  if (hash("sha256", bytes, "hex") !== key) throw otherBytes(key);
  return bytes;
}

/** Like `readBlobSync`, but the thread does other work meanwhile: a program may have megabytes. @throws BlobCorrupt */
export async function readBlob({ key, path }: BlobRef): Promise<Buffer<ArrayBuffer>> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw readFailure(key, error);
  });
  if (Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex") !== key) throw otherBytes(key);
  return bytes;
}

function otherBytes(key: string): BlobCorrupt {
  return new BlobCorrupt(key, "its bytes have another hash");
}

/**
 * Picks the errors of the file itself: it is gone, or the disk fails. Other errors (no descriptors are left) stay as they
 * are.
 */
function readFailure(key: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "EIO" ? new BlobCorrupt(key, message, { cause: error }) : error;
}

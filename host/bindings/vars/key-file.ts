/**
 * The operator's keys: a file of lines, each a key of 256 bits in base64. The first one encrypts; the others are there for
 * what was encrypted with them before. A key's id is made of the key, so no ids have to be handed out.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { plinthError } from "../../errors.ts";
import { writeFileDurably } from "../../store/files.ts";

export interface SecretKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Bytes of an AES-256 key. */
const KEY_BYTES = 32;
/** Hexadecimal digits of an id: enough to tell an operator's keys apart, far too few to say anything about a key. */
const ID_DIGITS = 16;

export class KeyFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** @returns at least one key, or null if there is no file. @throws PLINTH_SECRET_KEY */
  async read(): Promise<readonly SecretKey[] | null> {
    let text: string;
    try {
      text = await readFile(this.path, "utf8");
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return null;
      throw plinthError("PLINTH_SECRET_KEY", [this.path, message], { cause: error });
    }
    const keys = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .map(keyOf);
    // The error does not quote the file, which may hold most of a key.
    if (keys.length === 0 || keys.includes(null)) {
      throw plinthError("PLINTH_SECRET_KEY", [this.path, `each line should be ${KEY_BYTES} bytes in base64`]);
    }
    return keys as SecretKey[];
  }

  /** Durably, readable for its owner only. @throws PLINTH_SECRET_KEY */
  async write(keys: readonly SecretKey[]): Promise<void> {
    const text = keys.map(({ bytes }) => `${bytes.toString("base64")}\n`).join("");
    try {
      await writeFileDurably(this.path, Buffer.from(text), 0o600);
    } catch (error) {
      throw plinthError("PLINTH_SECRET_KEY", [this.path, (error as Error).message], { cause: error });
    }
  }
}

export function newSecretKey(): SecretKey {
  return secretKey(randomBytes(KEY_BYTES));
}

function keyOf(line: string): SecretKey | null {
  const bytes = /^[A-Za-z0-9+/]+=*$/.test(line) ? Buffer.from(line, "base64") : null;
  return bytes?.length === KEY_BYTES ? secretKey(bytes) : null;
}

function secretKey(bytes: Buffer): SecretKey {
  return { id: createHash("sha256").update(bytes).digest("hex").slice(0, ID_DIGITS), bytes };
}

/** `crypto`. Random values come from the host, digests from @noble/hashes. */
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { DOMException } from "./events.ts";
import { tagged, toUpperCase } from "./intrinsics.ts";
import { randomBytes, randomUuid } from "./random.ts";
import { toArrayBuffer } from "./text.ts";

/** The bytes that one call may ask for (Web Crypto, getRandomValues). */
const quota = 65_536;
const digests: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  "SHA-1": sha1,
  "SHA-256": sha256,
  "SHA-384": sha384,
  "SHA-512": sha512,
};

class SubtleCrypto {
  async digest(algorithm: string | { name: string }, data: ArrayBuffer | ArrayBufferView): Promise<ArrayBuffer> {
    const name = toUpperCase(`${typeof algorithm === "object" ? algorithm.name : algorithm}`);
    const digest = digests[name];
    if (!digest)
      throw new DOMException(
        `The algorithm ${name} is not supported: use SHA-1, SHA-256, SHA-384 or SHA-512`,
        "NotSupportedError",
      );
    return toArrayBuffer(digest(new Uint8Array(toArrayBuffer(data))));
  }
}
tagged(SubtleCrypto, "SubtleCrypto");

class Crypto {
  readonly subtle = new SubtleCrypto();

  getRandomValues<T extends ArrayBufferView>(array: T): T {
    if (
      !ArrayBuffer.isView(array) ||
      array instanceof Float32Array ||
      array instanceof Float64Array ||
      (array as unknown) instanceof DataView
    ) {
      throw new DOMException("The argument is not an integer typed array", "TypeMismatchError");
    }
    const { byteLength } = array;
    if (byteLength > quota) {
      throw new DOMException(
        `${byteLength} bytes were asked for; one call gives ${quota} at most`,
        "QuotaExceededError",
      );
    }
    if (byteLength)
      new Uint8Array(array.buffer, array.byteOffset, byteLength).set(new Uint8Array(randomBytes(byteLength)));
    return array;
  }

  randomUUID(): string {
    return randomUuid();
  }
}
tagged(Crypto, "Crypto");

export { Crypto, SubtleCrypto };
export const crypto = new Crypto();
